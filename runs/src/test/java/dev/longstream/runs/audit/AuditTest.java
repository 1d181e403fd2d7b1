package dev.longstream.runs.audit;

import dev.longstream.record.Batch;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.DeadLetter;
import dev.longstream.record.Group;
import dev.longstream.record.GroupMember;
import dev.longstream.record.GroupVerdict;
import dev.longstream.record.Outcome;
import dev.longstream.record.RecordRef;
import dev.longstream.record.Step;
import dev.longstream.record.Trajectory;
import dev.longstream.testing.Records;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

class AuditTest {
    private static final Instant AT = Instant.EPOCH;

    private final Audit audit = new Audit("run.trajectories");

    @Test
    void shouldFindEachFate() {
        // Given
        // Groups are trained, with a failed member, rejected, passed over, and on their way.
        audit.step(step(1, 0));
        audit.batch(batch(0, group(0, 0), group(0, 2)));
        audit.group(0, 0, group("trained", 0, GroupVerdict.TRAINABLE, 0, 1));
        audit.group(0, 1, group("passed-over", 1, GroupVerdict.TRAINABLE, 2, 3));
        audit.group(0, 2, group("with-failure", 2, GroupVerdict.TRAINABLE, 4, 5));
        audit.group(0, 3, group("waiting", 3, GroupVerdict.TRAINABLE, 6, 7));
        audit.group(0, 0, group("rejected", 4, GroupVerdict.UNIFORM_REWARD, 8, 9));
        audit.deadLetter(deadLetter("run.trajectories", 11));
        audit.deadLetter(deadLetter("run.assignments", 10));
        // When
        trajectory(0, "trained", 0);
        trajectory(1, "trained", 1);
        trajectory(2, "passed-over", 0);
        trajectory(3, "passed-over", 1);
        trajectory(4, "with-failure", 0);
        failedTrajectory(5, "with-failure", 1);
        trajectory(6, "waiting", 0);
        trajectory(7, "waiting", 1);
        trajectory(8, "rejected", 0);
        trajectory(9, "rejected", 1);
        trajectory(10, "trained", 0);
        trajectory(11, "dead", 0);
        trajectory(12, "under-way", 0);
        audit.unreadableTrajectory(0, 13);
        // Then
        Ledger ledger = audit.ledger();
        assertThat(ledger.fates())
                .containsOnly(
                        Map.entry(Fate.TRAINED, new Count(3, 6)),
                        Map.entry(Fate.FILTERED, new Count(2, 4)),
                        Map.entry(Fate.DUPLICATE, new Count(1, 2)),
                        Map.entry(Fate.STALE, new Count(2, 4)),
                        Map.entry(Fate.FAILED, new Count(3, 4)),
                        Map.entry(Fate.IN_FLIGHT, new Count(3, 6)));
        assertThat(ledger.generated()).isEqualTo(new Count(14, 26));
        assertThat(ledger.contradictions()).isEmpty();
        assertThat(ledger.closes()).isTrue();
    }

    @Test
    void shouldCountABatchWithoutItsStepAsInFlight() {
        audit.batch(batch(0, group(0, 0)));
        audit.group(0, 0, group("a", 0, GroupVerdict.TRAINABLE, 0, 1));
        trajectory(0, "a", 0);
        trajectory(1, "a", 1);

        assertThat(audit.ledger().count(Fate.IN_FLIGHT).records()).isEqualTo(2);
        assertThat(audit.ledger().closes()).isTrue();
    }

    @Test
    void shouldNotCloseWhenABatchIsTrainedTwice() {
        audit.step(step(1, 0));
        audit.step(step(2, 0));
        audit.batch(batch(0));

        assertThat(audit.ledger().closes()).isFalse();
        assertThat(audit.ledger().contradictions())
                .contains(
                        "batch 0 was trained twice, in versions 1 and 2",
                        "step of version 2 consumed batch 0, expected batch 1");
    }

    @Test
    void shouldNotCloseWhenAGroupIsInTwoBatches() {
        audit.batch(batch(0, group(0, 0)));
        audit.batch(batch(1, group(0, 0)));
        audit.group(0, 0, group("a", 0, GroupVerdict.TRAINABLE));

        assertThat(audit.ledger().contradictions()).containsExactly("group g is in batches 0 and 1");
    }

    @Test
    void shouldNotCloseWhenSomethingRefersToNothing() {
        audit.step(step(4, 3));
        audit.batch(batch(0, group(1, 9)));
        audit.group(0, 0, group("a", 0, GroupVerdict.TRAINABLE, 5));

        assertThat(audit.ledger().contradictions())
                .containsExactlyInAnyOrder(
                        "the step of version 4 consumed batch 3, which is not on the log",
                        "batch 0 refers to group 1:9, which is not on the log",
                        "group a refers to trajectory 0:5, which is not on the log");
    }

    @Test
    void shouldNotCloseWhenAGroupWasClosedTwiceOrHoldsWhatIsNotItsOwn() {
        audit.group(0, 0, group("a", 0, GroupVerdict.TRAINABLE, 0));
        audit.group(1, 0, group("a", 0, GroupVerdict.UNIFORM_REWARD, 1));
        trajectory(0, "b", 0);
        trajectory(1, "b", 0);

        assertThat(audit.ledger().contradictions())
                .containsExactly(
                        "group a was closed twice",
                        "group a contains trajectory 0:0, which belongs to group b",
                        "group a contains trajectory 0:1, which is a duplicate",
                        "group a contains trajectory 0:1, which belongs to group b");
    }

    private void trajectory(long offset, String groupId, int sample) {
        audit.trajectory(0, offset, trajectory(groupId, sample, Outcome.COMPLETED, 2));
    }

    private void failedTrajectory(long offset, String groupId, int sample) {
        audit.trajectory(0, offset, trajectory(groupId, sample, Outcome.INFRASTRUCTURE_FAILED, 2));
    }

    private static Trajectory trajectory(String groupId, int sample, Outcome outcome, int tokens) {
        return Records.trajectory(groupId, sample)
                .setOutcome(outcome)
                .setTokens(IntStream.range(0, tokens).boxed().toList())
                .build();
    }

    private static RecordRef group(int partition, long offset) {
        return new RecordRef(partition, offset);
    }

    /** Members lie at the given offsets of partition 0, two tokens each. */
    private static Group group(String id, long ordinal, GroupVerdict verdict, long... offsets) {
        List<GroupMember> members = IntStream.range(0, offsets.length)
                .mapToObj(i -> Records.member(i)
                        .setTrajectory(new RecordRef(0, offsets[i]))
                        .setCompletionTokens(2)
                        .build())
                .toList();
        return Records.group(id)
                .setOrdinal(ordinal)
                .setMembers(members)
                .setVerdict(verdict)
                .build();
    }

    /** Groups of ordinals as far apart as their offsets. */
    private static Batch batch(long number, RecordRef... groups) {
        List<BatchGroup> manifest = Arrays.stream(groups)
                .map(reference -> Records.batchGroup("g")
                        .setOrdinal(reference.getOffset())
                        .setGroup(reference)
                        .build())
                .toList();
        return Records.batch(number, manifest).build();
    }

    private static Step step(long version, long batch) {
        return Steps.step(version, batch);
    }

    private static DeadLetter deadLetter(String topic, long offset) {
        return Records.deadLetter(topic, offset).build();
    }
}
