package dev.longstream.runs.passes;

import dev.longstream.log.EventLog;
import dev.longstream.log.RecordFetcher;
import dev.longstream.log.Topic;
import dev.longstream.log.TopicReader;
import dev.longstream.record.Batch;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.Group;
import dev.longstream.record.GroupMember;
import dev.longstream.record.Outcome;
import dev.longstream.record.RecordRef;
import dev.longstream.record.Step;
import dev.longstream.record.Trajectory;
import dev.longstream.runs.audit.Pruning;
import org.apache.avro.specific.SpecificRecord;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/**
 * Draws a sample of trained answers from the log: some answers of the first gradient step and of every n-th after it. The same
 * run, seed and options give the same answers; a larger sample of a step contains the smaller one.
 */
final class BehaviourSample {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final EventLog log;
    private final long seed;
    private final int every;
    private final int sample;

    /**
     * Creates a sample of a run.
     *
     * @param every n, the interval between sampled steps
     * @param sample number of answers per sampled step; a step with fewer gives all of them
     */
    BehaviourSample(EventLog log, long seed, int every, int sample) {
        this.log = log;
        this.seed = seed;
        this.every = every;
        this.sample = sample;
    }

    /** An answer with the gradient step that trained it. */
    record SampledTrajectory(Step step, Trajectory trajectory) {}

    List<SampledTrajectory> draw() {
        Collection<Step> steps = steps();
        Map<RecordRef, Batch> batches = fetch(
                log.topics().batches(), steps.stream().map(Step::getBatchRecord).toList());
        Map<RecordRef, Group> groups = fetch(
                log.topics().groups(),
                batches.values().stream()
                        .flatMap(batch -> groups(batch).stream())
                        .toList());
        Map<Step, List<RecordRef>> members = new LinkedHashMap<>();
        for (Step step : steps) {
            Batch batch = Objects.requireNonNull(batches.get(step.getBatchRecord()));
            members.put(
                    step,
                    members(
                            step,
                            groups(batch).stream()
                                    .map(group -> Objects.requireNonNull(groups.get(group)))
                                    .toList()));
        }
        Map<RecordRef, Trajectory> trajectories = fetch(
                log.topics().trajectories(),
                members.values().stream().flatMap(List::stream).toList());
        List<SampledTrajectory> drawn = new ArrayList<>();
        members.forEach((step, own) -> own.forEach(reference ->
                drawn.add(new SampledTrajectory(step, Objects.requireNonNull(trajectories.get(reference))))));
        return drawn;
    }

    private static List<RecordRef> groups(Batch batch) {
        return batch.getGroups().stream().map(BatchGroup::getGroup).toList();
    }

    private Collection<Step> steps() {
        Pruning pruning = Pruning.of(log);
        Map<Long, Step> steps = new TreeMap<>();
        TopicReader.readAll(log, log.topics().steps(), record -> {
            boolean kept = record.value().getBatch() >= pruning.version();
            if (kept && (record.value().getVersion() - 1) % every == 0) {
                steps.put(record.value().getVersion(), record.value());
            }
        });
        return steps.values();
    }

    private List<RecordRef> members(Step step, List<Group> groups) {
        List<RecordRef> members = new ArrayList<>();
        groups.forEach(group -> group.getMembers().stream()
                .filter(BehaviourSample::answered)
                .map(GroupMember::getTrajectory)
                .forEach(members::add));
        Collections.shuffle(members, new Random(Objects.hash(seed, step.getVersion())));
        return members.subList(0, Math.min(sample, members.size()));
    }

    private static boolean answered(GroupMember member) {
        return member.getOutcome() == Outcome.COMPLETED || member.getOutcome() == Outcome.TRUNCATED;
    }

    private <V extends SpecificRecord> Map<RecordRef, V> fetch(Topic<V> topic, Collection<RecordRef> references) {
        try (RecordFetcher<V> fetcher = new RecordFetcher<>(log, topic, PATIENCE)) {
            return fetcher.fetch(references);
        }
    }
}
