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
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Determines the fate of every trajectory from the records of a run.
 *
 * <p>Add the records topic by topic, downstream first: steps, batches, groups and rejected groups, dead letters,
 * trajectories. In this order every reference can be resolved even while the log is being written. Memory is some tens of
 * bytes per trajectory, for identities and offsets; texts and tokens are not stored.
 *
 * <p>Where the start of the log was pruned, the counts of the pruned groups come from the record of the pruning. What is left
 * of these groups is not counted again.
 */
public final class Audit {
    private static final int MAX_CONTRADICTIONS = 20;

    private final String trajectoriesTopic;
    private final Map<Long, Long> versionOfBatch = new HashMap<>();
    private final Set<Long> knownBatches = new HashSet<>();
    private final Map<RecordPlace, Long> batchOfGroup = new HashMap<>();
    private long newestOrdinalBatched;
    private final Map<RecordPlace, Expected> expected = new HashMap<>();
    private final Map<String, RecordPlace> groupPlaces = new HashMap<>();
    private final Set<RecordPlace> deadTrajectories = new HashSet<>();
    private final Set<Identity> seen = new HashSet<>();
    private final Map<Fate, Count> fates = new EnumMap<>(Fate.class);
    private final List<String> contradictions = new ArrayList<>();
    private final Pruning pruning;
    private final FinishedAnswers finished;
    private Count generated;
    private long steps;

    /** Position of a record in its topic. */
    private record RecordPlace(int partition, long offset) {
        static RecordPlace of(RecordRef reference) {
            return new RecordPlace(reference.getPartition(), reference.getOffset());
        }
    }

    private record Identity(String groupId, int sampleIndex) {}

    /** A trajectory as its group describes it. */
    private record Expected(Fate fate, String groupId, int completionTokens) {}

    /**
     * Creates an audit without records.
     *
     * @param trajectoriesTopic full name of the topic of trajectories, as in dead letters
     */
    public Audit(String trajectoriesTopic) {
        this(trajectoriesTopic, Pruning.NONE, new FinishedAnswers(-1, Pruning.NONE, partition -> 0));
    }

    /**
     * Creates an audit without records of a log whose start may be pruned.
     *
     * @param trajectoriesTopic full name of the topic of trajectories, as in dead letters
     * @param pruning what was pruned
     * @param finished counts the answers of some groups beside the ledger
     */
    Audit(String trajectoriesTopic, Pruning pruning, FinishedAnswers finished) {
        this.trajectoriesTopic = trajectoriesTopic;
        this.pruning = pruning;
        this.newestOrdinalBatched = pruning.ordinal();
        this.finished = finished;
        this.generated = pruning.fates().values().stream().reduce(Count.ZERO, Count::plus);
        fates.putAll(pruning.fates());
    }

    /** Adds a gradient step. */
    public void step(Step step) {
        steps++;
        Long other = versionOfBatch.put(step.getBatch(), step.getVersion());
        if (other != null) {
            contradiction(
                    "batch %d was trained twice, in versions %d and %d", step.getBatch(), other, step.getVersion());
        }
        if (step.getVersion() != step.getBatch() + 1) {
            contradiction(
                    "step of version %d consumed batch %d, expected batch %d",
                    step.getVersion(), step.getBatch(), step.getVersion() - 1);
        }
    }

    /** Adds a batch. */
    public void batch(Batch batch) {
        if (batch.getBatch() < pruning.version()) {
            return;
        }
        if (!knownBatches.add(batch.getBatch())) {
            contradiction("batch %d is on the log twice", batch.getBatch());
        }
        for (BatchGroup group : batch.getGroups()) {
            Long other = batchOfGroup.put(RecordPlace.of(group.getGroup()), batch.getBatch());
            if (other != null) {
                contradiction("group %s is in batches %d and %d", group.getGroupId(), other, batch.getBatch());
            }
            newestOrdinalBatched = Math.max(newestOrdinalBatched, group.getOrdinal());
        }
    }

    /** Adds a trainable or rejected group with the position of its record in its topic. */
    public void group(int partition, long offset, Group group) {
        if (group.getOrdinal() <= pruning.ordinal()) {
            return;
        }
        RecordPlace place = new RecordPlace(partition, offset);
        boolean trainable = group.getVerdict() == GroupVerdict.TRAINABLE;
        if (groupPlaces.put(group.getGroupId(), place) != null) {
            contradiction("group %s was closed twice", group.getGroupId());
        }
        Long batch = trainable ? batchOfGroup.remove(place) : null;
        Fate fate;
        if (!trainable) {
            fate = Fate.FILTERED;
        } else if (batch == null) {
            fate = group.getOrdinal() < newestOrdinalBatched ? Fate.STALE : Fate.IN_FLIGHT;
        } else {
            fate = versionOfBatch.containsKey(batch) ? Fate.TRAINED : Fate.IN_FLIGHT;
        }
        for (GroupMember member : group.getMembers()) {
            Expected other = expected.put(
                    RecordPlace.of(member.getTrajectory()),
                    new Expected(
                            member.getReward() == null ? Fate.FAILED : fate,
                            group.getGroupId(),
                            member.getCompletionTokens()));
            if (other != null) {
                contradiction(
                        "trajectory %d:%d is in groups %s and %s",
                        member.getTrajectory().getPartition(),
                        member.getTrajectory().getOffset(),
                        other.groupId,
                        group.getGroupId());
            }
        }
    }

    /** Adds a dead letter. */
    public void deadLetter(DeadLetter letter) {
        if (letter.getTopic().equals(trajectoriesTopic)) {
            deadTrajectories.add(new RecordPlace(letter.getPartition(), letter.getOffset()));
        }
    }

    /** Adds a trajectory with the position of its record; within a partition in ascending order of offsets. */
    public void trajectory(int partition, long offset, Trajectory trajectory) {
        int tokens = trajectory.getTokens().size();
        if (trajectory.getOrdinal() <= pruning.ordinal()) {
            boolean counted = offset < pruning.countedTo(partition);
            count(partition, offset, trajectory, Fate.DUPLICATE, counted ? Count.ZERO : new Count(1, tokens));
            return;
        }
        RecordPlace place = new RecordPlace(partition, offset);
        Expected member = expected.remove(place);
        boolean refused = member == null && deadTrajectories.contains(place); // a repaired one may follow
        boolean first = refused || seen.add(new Identity(trajectory.getGroupId(), trajectory.getSampleIndex()));
        if (member != null) {
            check(place, trajectory, member, first, tokens);
        }
        count(partition, offset, trajectory, fate(place, trajectory, member, first), new Count(1, tokens));
    }

    private void count(int partition, long offset, Trajectory trajectory, Fate fate, Count count) {
        count(fate, count);
        finished.answer(partition, offset, trajectory.getOrdinal(), fate, count);
    }

    /** Adds the position of a trajectory that cannot be decoded. */
    public void unreadableTrajectory(int partition, long offset) {
        if (offset < pruning.trajectoriesFrom(partition)) {
            return;
        }
        RecordPlace place = new RecordPlace(partition, offset);
        Expected member = expected.remove(place);
        if (member != null) {
            contradiction(
                    "trajectory %d:%d cannot be decoded, but group %s contains it", partition, offset, member.groupId);
        }
        count(Fate.FAILED, new Count(1, 0));
        finished.unreadable(partition, offset);
    }

    /** Returns the ledger of the records added so far. */
    public Ledger ledger() {
        List<String> all = new ArrayList<>(contradictions);
        versionOfBatch.forEach((batch, version) -> {
            if (!knownBatches.contains(batch) && batch >= pruning.version()) {
                all.add("the step of version " + version + " consumed batch " + batch + ", which is not on the log");
            }
        });
        batchOfGroup.forEach((place, batch) -> all.add("batch " + batch + " refers to group " + place.partition + ":"
                + place.offset + ", which is not on the log"));
        expected.forEach((place, member) -> all.add("group " + member.groupId + " refers to trajectory "
                + place.partition + ":" + place.offset + ", which is not on the log"));
        List<String> shown =
                all.size() <= MAX_CONTRADICTIONS ? all : new ArrayList<>(all.subList(0, MAX_CONTRADICTIONS));
        if (shown.size() < all.size()) {
            shown.add("… and " + (all.size() - shown.size()) + " more");
        }
        return new Ledger(generated, fates, steps, shown);
    }

    private Fate fate(RecordPlace place, Trajectory trajectory, @Nullable Expected member, boolean first) {
        if (!first) {
            return Fate.DUPLICATE;
        }
        boolean answered = trajectory.getOutcome() == Outcome.COMPLETED || trajectory.getOutcome() == Outcome.TRUNCATED;
        if (!answered || deadTrajectories.contains(place)) {
            return Fate.FAILED;
        }
        return member == null ? Fate.IN_FLIGHT : member.fate;
    }

    private void check(RecordPlace place, Trajectory trajectory, Expected member, boolean first, int tokens) {
        if (!first) {
            contradiction(
                    "group %s contains trajectory %d:%d, which is a duplicate",
                    member.groupId, place.partition, place.offset);
        }
        if (!member.groupId.equals(trajectory.getGroupId())) {
            contradiction(
                    "group %s contains trajectory %d:%d, which belongs to group %s",
                    member.groupId, place.partition, place.offset, trajectory.getGroupId());
        }
        if (member.completionTokens != tokens) {
            contradiction(
                    "group %s counts %d tokens in trajectory %d:%d, which has %d",
                    member.groupId, member.completionTokens, place.partition, place.offset, tokens);
        }
    }

    private void count(Fate fate, Count count) {
        generated = generated.plus(count);
        fates.merge(fate, count, Count::plus);
    }

    @SuppressWarnings("AnnotateFormatMethod") // private, with literal formats only
    private void contradiction(String message, Object... arguments) {
        contradictions.add(String.format(Locale.ROOT, message, arguments));
    }
}
