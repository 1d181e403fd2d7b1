package dev.longstream.streams;

import dev.longstream.record.Assignment;
import dev.longstream.record.Batch;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.Group;
import dev.longstream.record.GroupMember;
import dev.longstream.record.GroupVerdict;
import dev.longstream.record.RecordRef;
import dev.longstream.streams.advantage.AdvantageConfig;
import dev.longstream.streams.advantage.PhaseAdvantages;
import dev.longstream.streams.batching.BatchingConfig;
import dev.longstream.streams.batching.BatchingTopology;
import dev.longstream.streams.curriculum.CurriculumConfig;
import dev.longstream.streams.curriculum.CurriculumTopology;
import dev.longstream.streams.curriculum.InputLength;
import dev.longstream.streams.curriculum.Phase;
import dev.longstream.streams.topology.StageDriver;
import dev.longstream.testing.Records;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import static dev.longstream.streams.Samples.noDecisions;
import static dev.longstream.streams.Samples.written;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The curriculum and batching with everything between them simulated: groups are finished in any order, long answers later
 * than short ones, some are rejected, and the trainer takes batches whenever it likes.
 */
class AdmissionToBatchPropertyTest {
    private static final int STEPS_OF_A_PHASE = 4;
    private static final int PROMPTS = 7;

    @Property(tries = 15, shrinking = ShrinkingMode.OFF)
    void shouldTrainEverythingInOrderAndNeverTooLate(
            @ForAll @IntRange(min = 1, max = 4) int batchSize,
            @ForAll @IntRange(max = 3) int maxStaleness,
            @ForAll long seed) {
        CurriculumConfig config = config(batchSize, maxStaleness);
        Run run = new Run(config, new Random(seed));

        run.toTheEnd();

        // Staleness: of the weights that admitted a group to those that train it, which sampling can only shorten
        run.batches.forEach(
                batch -> batch.getGroups().forEach(group -> assertThat(batch.getBatch() - run.admittedVersion(group))
                        .isBetween(0L, (long) maxStaleness)));
        // Nothing is dropped: what was generated and not rejected is what is trained, so its lengths are too
        assertThat(run.batches).hasSize(2 * STEPS_OF_A_PHASE);
        assertThat(lengths(run.trained())).isEqualTo(lengths(run.generated));
        assertThat(run.trained()).isSortedAccordingTo((a, b) -> Long.compare(a.getOrdinal(), b.getOrdinal()));
        // Replay: however the two topics are interleaved, the same bytes
        assertThat(replay(run, batchSize, seed, true)).isEqualTo(run.batches);
        // and whatever order the groups come in, the same groups in the same batches
        assertThat(replay(run, batchSize, seed, false))
                .extracting(AdmissionToBatchPropertyTest::ordinals)
                .isEqualTo(run.batches.stream()
                        .map(AdmissionToBatchPropertyTest::ordinals)
                        .toList());
    }

    private static CurriculumConfig config(int batchSize, int maxStaleness) {
        return new CurriculumConfig(
                List.of(
                        new Phase("short", 0, 100, STEPS_OF_A_PHASE, 1, 1, 0, 8),
                        new Phase("long", 100, 200, STEPS_OF_A_PHASE, 1, 1, 0, 8)),
                batchSize,
                2,
                maxStaleness,
                InputLength.TEMPLATED,
                "held-out",
                1);
    }

    private static List<Long> ordinals(Batch batch) {
        return batch.getGroups().stream().map(BatchGroup::getOrdinal).toList();
    }

    /** Counts the groups of each length. */
    private static Map<Long, Integer> lengths(List<BatchGroup> groups) {
        Map<Long, Integer> lengths = new TreeMap<>();
        groups.forEach(group -> lengths.merge(group.getCompletionTokens(), 1, Integer::sum));
        return lengths;
    }

    private static List<Batch> replay(Run run, int batchSize, long seed, boolean inTopicOrder) {
        Random random = new Random(~seed);
        List<Group> trainable = new ArrayList<>(run.groups);
        List<Group> rejected = new ArrayList<>(run.rejected);
        if (!inTopicOrder) {
            Collections.shuffle(trainable, random);
            Collections.shuffle(rejected, random);
        }
        Deque<Group> left = new ArrayDeque<>(trainable);
        Deque<Group> right = new ArrayDeque<>(rejected);
        try (StageDriver batching = batching(batchSize)) {
            while (!left.isEmpty() || !right.isEmpty()) {
                boolean takeLeft = right.isEmpty() || (!left.isEmpty() && random.nextBoolean());
                send(batching, takeLeft ? left.remove() : right.remove());
            }
            return batching.values(batching.topics().batches());
        }
    }

    private static StageDriver batching(int batchSize) {
        return new StageDriver(log -> BatchingTopology.build(
                log,
                new BatchingConfig(batchSize, PhaseAdvantages.always(AdvantageConfig.DEFAULT)),
                "digest",
                written(List.of())));
    }

    private static void send(StageDriver batching, Group group) {
        boolean trainable = group.getVerdict() == GroupVerdict.TRAINABLE;
        batching.send(
                trainable ? batching.topics().groups() : batching.topics().rejectedGroups(), group.getGroupId(), group);
    }

    /** One run from START to its last step. */
    private static final class Run {
        private final CurriculumConfig config;
        private final Random random;
        private final List<Assignment> running = new ArrayList<>();
        private final Map<String, Assignment> assigned = new HashMap<>();
        private final List<Group> groups = new ArrayList<>();
        private final List<Group> rejected = new ArrayList<>();
        private final List<BatchGroup> generated = new ArrayList<>();
        private final List<Batch> batches = new ArrayList<>();
        private long version;

        private Run(CurriculumConfig config, Random random) {
            this.config = config;
            this.random = random;
        }

        private void toTheEnd() {
            try (StageDriver curriculum =
                            new StageDriver(log -> CurriculumTopology.build(log, config, "digest", noDecisions()));
                    StageDriver batching = batching(config.batchSize())) {
                for (int i = 0; i < PROMPTS; i++) {
                    curriculum.send(
                            curriculum.topics().prompts(), "p" + i, Samples.prompt("p" + i, i % 2 == 0 ? 50 : 150));
                }
                curriculum.send(curriculum.topics().control(), "test", Samples.start(PROMPTS));
                assign(curriculum);
                while (version < config.totalSteps()) {
                    boolean canTrain = version < batches.size();
                    assertThat(canTrain || !running.isEmpty())
                            .as("something to do at version %d", version)
                            .isTrue();
                    if (canTrain && (running.isEmpty() || random.nextInt(4) == 0)) {
                        version++;
                        curriculum.send(curriculum.topics().steps(), Long.toString(version), Samples.step(version));
                    } else {
                        finishOne(curriculum, batching);
                    }
                    assign(curriculum);
                }
                assertThat(running).as("left over at the end").isEmpty();
            }
        }

        private void assign(StageDriver curriculum) {
            List<Assignment> more = curriculum.values(curriculum.topics().assignments());
            running.addAll(more);
            more.forEach(assignment -> assigned.put(assignment.getGroupId(), assignment));
        }

        /** The shorter of two takes less time: a pipeline that trained what is ready would favour it. */
        private void finishOne(StageDriver curriculum, StageDriver batching) {
            Assignment one = running.get(random.nextInt(running.size()));
            Assignment other = running.get(random.nextInt(running.size()));
            Assignment done = length(one) <= length(other) ? one : other;
            running.remove(done);
            boolean trainable = random.nextInt(4) != 0;
            Group group = group(done, trainable);
            send(batching, group);
            if (trainable) {
                groups.add(group);
                generated.add(Records.batchGroup(group.getGroupId())
                        .setOrdinal(group.getOrdinal())
                        .setGroup(new RecordRef(0, 0L))
                        .setPhaseIndex(group.getPhaseIndex())
                        .setInputTokens(group.getInputTokens())
                        .setCompletionTokens(length(done))
                        .build());
            } else {
                rejected.add(group);
                curriculum.send(curriculum.topics().rejectedGroups(), group.getGroupId(), group);
            }
            batches.addAll(batching.values(batching.topics().batches()));
        }

        private List<BatchGroup> trained() {
            return batches.stream().flatMap(batch -> batch.getGroups().stream()).toList();
        }

        private long admittedVersion(BatchGroup group) {
            return assigned.get(group.getGroupId()).getAdmittedVersion();
        }

        /** Tokens of a group's answers: by its seed, between 2 and 101. */
        private static long length(Assignment assignment) {
            return 2 + Math.floorMod(assignment.getSeed(), 100);
        }

        private static Group group(Assignment assignment, boolean trainable) {
            GroupMember member = Records.member(0)
                    .setTrajectory(new RecordRef(0, assignment.getOrdinal()))
                    .setReward(1.0)
                    .setAdvantage(1.0)
                    .setCompletionTokens((int) length(assignment))
                    .setOldestVersion(assignment.getAdmittedVersion())
                    .setNewestVersion(assignment.getAdmittedVersion())
                    .build();
            return Records.group(assignment.getGroupId())
                    .setOrdinal(assignment.getOrdinal())
                    .setVerdict(trainable ? GroupVerdict.TRAINABLE : GroupVerdict.UNIFORM_REWARD)
                    .setPhase(assignment.getPhase())
                    .setPhaseIndex(assignment.getPhaseIndex())
                    .setAdmittedVersion(assignment.getAdmittedVersion())
                    .setInputTokens(assignment.getQuestion().getInputTokens())
                    .setMembers(List.of(member))
                    .build();
        }
    }
}
