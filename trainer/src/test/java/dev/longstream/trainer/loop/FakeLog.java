package dev.longstream.trainer.loop;

import dev.longstream.record.Batch;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.Group;
import dev.longstream.record.GroupMember;
import dev.longstream.record.Outcome;
import dev.longstream.record.RecordRef;
import dev.longstream.record.Step;
import dev.longstream.record.Trajectory;
import dev.longstream.record.VersionRun;
import dev.longstream.record.Weights;
import dev.longstream.testing.Records;
import dev.longstream.trainer.batch.BatchSource;
import dev.longstream.trainer.batch.Manifest;
import dev.longstream.trainer.learner.Crash;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** A log in memory: batches as streams would have made them, and what a trainer announces. Offsets have gaps, as with transactions. */
final class FakeLog {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final int OFFSETS_A_BATCH = 3;

    final TreeMap<Long, Batch> batches = new TreeMap<>();
    final Map<RecordRef, Group> groups = new HashMap<>();
    final Map<RecordRef, Trajectory> trajectories = new HashMap<>();
    final List<Step> steps = new ArrayList<>();
    final List<Weights> weights = new ArrayList<>();
    /** Called when the trainer finds no batch. */
    Runnable onIdle = () -> {};

    private long ordinal;

    /** Batches of two groups of three; the third sample of every group failed and has no reward. */
    static FakeLog withBatches(int count) {
        FakeLog log = new FakeLog();
        for (int batch = 0; batch < count; batch++) {
            log.addBatch(batch);
        }
        return log;
    }

    /** Moves batches to the second phase. */
    FakeLog inSecondPhase(long... numbers) {
        for (long number : numbers) {
            Batch batch = batches.get(number * OFFSETS_A_BATCH);
            batch.setPhase("two");
            batch.setPhaseIndex(1);
        }
        return this;
    }

    private void addBatch(long number) {
        List<BatchGroup> entries = new ArrayList<>();
        for (int group = 0; group < 2; group++) {
            entries.add(addGroup(number));
        }
        batches.put(
                number * OFFSETS_A_BATCH,
                Records.batch(number, entries).setPhase("one").build());
    }

    private BatchGroup addGroup(long version) {
        long place = ordinal++;
        String id = "prompt-" + place + "@" + place;
        List<Integer> prompt = List.of((int) (place % 5), 1, (int) (place % 3));
        List<GroupMember> members = new ArrayList<>();
        for (int sample = 0; sample < 3; sample++) {
            boolean failed = sample == 2;
            List<Integer> tokens = failed ? List.of() : List.of((int) (place + sample) % 7, 3, sample);
            RecordRef reference = new RecordRef(sample, place * 2);
            trajectories.put(reference, trajectory(id, sample, prompt, tokens, version));
            members.add(Records.member(sample)
                    .setTrajectory(reference)
                    .setOutcome(failed ? Outcome.INFRASTRUCTURE_FAILED : Outcome.COMPLETED)
                    .setReward(failed ? null : (double) sample)
                    .setAdvantage(failed ? null : sample - 0.5)
                    .setCompletionTokens(tokens.size())
                    .setOldestVersion(version)
                    .setNewestVersion(version)
                    .build());
        }
        RecordRef reference = new RecordRef(1, place);
        groups.put(reference, group(id, prompt, members));
        return Records.batchGroup(id)
                .setGroup(reference)
                .setInputTokens(prompt.size())
                .setCompletionTokens(6)
                .build();
    }

    private static Group group(String id, List<Integer> prompt, List<GroupMember> members) {
        return Records.group(id)
                .setTask("test")
                .setPhase("one")
                .setInputTokens(prompt.size())
                .setMembers(members)
                .setMeanReward(0.5)
                .setRewardDeviation(0.7)
                .build();
    }

    private static Trajectory trajectory(
            String id, int sample, List<Integer> prompt, List<Integer> tokens, long version) {
        List<Float> logProbs = new ArrayList<>();
        tokens.forEach(token -> logProbs.add(-1.5f - token / 10f));
        List<VersionRun> versions = tokens.isEmpty()
                ? List.of()
                : version == 0
                        ? List.of(new VersionRun(0L, 3))
                        : List.of(new VersionRun(version - 1, 1), new VersionRun(version, 2));
        return Records.trajectory(id, sample)
                .setPhase("one")
                .setGroupSize(3)
                .setOutcome(tokens.isEmpty() ? Outcome.INFRASTRUCTURE_FAILED : Outcome.COMPLETED)
                .setPromptTokenCount(prompt.size())
                .setPromptTokens(sample == 0 ? prompt : null)
                .setTokens(tokens)
                .setBehaviourLogProbs(logProbs)
                .setPolicyLogProbs(logProbs)
                .setVersions(versions)
                .setStartedAt(NOW)
                .setFinishedAt(NOW)
                .build();
    }

    /** Returns the announcements as they would be of a run in another folder. */
    List<Weights> weights(String folder) {
        return weights.stream()
                .map(announced -> Weights.newBuilder(announced)
                        .setUri(announced.getUri().replaceFirst("[^/]+(?=/step-)", folder))
                        .build())
                .toList();
    }

    BatchSource source() {
        return new BatchSource() {
            private long offset;

            @Override
            public String run() {
                return "test";
            }

            @Override
            public void seek(long offset) {
                this.offset = offset;
            }

            @Override
            public long begin() {
                return 0;
            }

            @Override
            public Optional<Batch> at(long place) {
                return Optional.ofNullable(batches.get(place));
            }

            @Override
            public Optional<Manifest> poll() {
                Map.Entry<Long, Batch> next = batches.ceilingEntry(offset);
                if (next == null) {
                    onIdle.run();
                    return Optional.empty();
                }
                offset = next.getKey() + 1;
                return Optional.of(new Manifest(next.getValue(), new RecordRef(0, next.getKey())));
            }

            @Override
            public Map<RecordRef, Group> groups(Collection<RecordRef> references) {
                return groups;
            }

            @Override
            public Map<RecordRef, Trajectory> trajectories(Collection<RecordRef> references) {
                return trajectories;
            }

            @Override
            public void close() {}
        };
    }

    Announcements announcements(Crash crash) {
        return new Announcements() {
            @Override
            public NavigableMap<Long, String> digests() {
                NavigableMap<Long, String> digests = new TreeMap<>();
                weights.forEach(announced -> digests.put(announced.getVersion(), announced.getDigest()));
                return digests;
            }

            @Override
            public void requireNoOtherTrainer(long version, BooleanSupplier stopped) {}

            @Override
            public void announce(Optional<Step> step, Weights announced) {
                crash.point("before announcing " + announced.getVersion());
                step.ifPresent(steps::add);
                weights.add(announced);
                crash.point("after announcing " + announced.getVersion());
            }

            @Override
            public void close() {}
        };
    }
}
