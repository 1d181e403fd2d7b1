package dev.longstream.runs.watch;

import dev.longstream.log.EventLog;
import dev.longstream.log.GroupIds;
import dev.longstream.log.TopicReader;
import dev.longstream.log.Topics;
import dev.longstream.record.Assignment;
import dev.longstream.record.Batch;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.Group;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.Step;
import dev.longstream.record.Trajectory;
import dev.longstream.runs.audit.Pruning;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Progress of a run's groups through the stages. Starting at the oldest untrained assignment, it finds the stage that is due
 * and the group that this stage has to process. It holds the groups that are not finished, and reads each record once.
 */
public final class PipelineState {
    private final int batchSize;
    private final long prunedOrdinal;
    private final TreeMap<Long, WaitingGroup> assignments = new TreeMap<>();
    private final Map<String, Long> ordinals = new HashMap<>();
    private final Map<String, Set<Integer>> sampled = new HashMap<>();
    private final Map<String, Set<Integer>> scored = new HashMap<>();
    /** Groups that were read before their assignments. */
    private final Set<String> closedEarly = new HashSet<>();

    private final Set<String> waiting = new HashSet<>();
    /** Groups whose batches were read before them. */
    private final Set<String> batchedEarly = new HashSet<>();

    private long assigned;
    private long batches;
    private long steps;

    private record WaitingGroup(Assignment assignment, long offset) {
        String groupId() {
            return assignment.getGroupId();
        }

        int samples() {
            return assignment.getSamples();
        }
    }

    /**
     * An assignment without some of its answers.
     *
     * @param assignment the assignment
     * @param missing indices of the answers that are not on the log
     */
    record Unanswered(Assignment assignment, List<Integer> missing) {}

    /**
     * Creates the state of a run without records.
     *
     * @param batchSize groups per gradient step
     */
    PipelineState(int batchSize) {
        this(batchSize, Pruning.NONE);
    }

    /**
     * Creates the state of a run without records whose log may be pruned.
     *
     * @param batchSize groups per gradient step
     * @param pruning what was removed from the start of the log
     */
    public PipelineState(int batchSize, Pruning pruning) {
        this.batchSize = batchSize;
        this.prunedOrdinal = pruning.ordinal();
        this.batches = pruning.version();
    }

    /** The state of a run that is brought up to date as its log grows. */
    static final class Follower implements AutoCloseable {
        private final PipelineState state;
        private final TopicReader<Assignment> assignments;
        private final TopicReader<Trajectory> trajectories;
        private final TopicReader<ScoredTrajectory> scored;
        private final TopicReader<Group> groups;
        private final TopicReader<Group> rejected;
        private final TopicReader<Batch> batches;
        private final TopicReader<Step> steps;

        Follower(EventLog log, int batchSize) {
            Topics topics = log.topics();
            this.state = new PipelineState(batchSize, Pruning.of(log));
            this.assignments = new TopicReader<>(log, topics.assignments());
            this.trajectories = new TopicReader<>(log, topics.trajectories());
            this.scored = new TopicReader<>(log, topics.scored());
            this.groups = new TopicReader<>(log, topics.groups());
            this.rejected = new TopicReader<>(log, topics.rejectedGroups());
            this.batches = new TopicReader<>(log, topics.batches());
            this.steps = new TopicReader<>(log, topics.steps());
        }

        /** Reads what is new on the log, upstream first, and returns the state. */
        PipelineState now() {
            assignments.readToEnd(record -> state.assigned(record.value(), record.offset()));
            trajectories.readToEnd(
                    record -> state.sampled(record.key(), record.value().getSampleIndex()));
            scored.readToEnd(record -> state.scored(record.key(), record.value().getSampleIndex()));
            groups.readToEnd(record -> state.grouped(record.key(), true));
            rejected.readToEnd(record -> state.grouped(record.key(), false));
            batches.readToEnd(record -> state.batch(
                    record.value().getBatch(),
                    record.value().getGroups().stream()
                            .map(BatchGroup::getGroupId)
                            .toList()));
            steps.readToEnd(record -> state.step(record.value().getVersion()));
            return state;
        }

        @Override
        public void close() {
            List.of(assignments, trajectories, scored, groups, rejected, batches, steps)
                    .forEach(TopicReader::close);
        }
    }

    /** Adds an assignment with its offset. */
    public void assigned(Assignment assignment, long offset) {
        assigned = Math.max(assigned, assignment.getOrdinal() + 1);
        if (assignment.getOrdinal() > prunedOrdinal && !closedEarly.remove(assignment.getGroupId())) {
            ordinals.put(assignment.getGroupId(), assignment.getOrdinal());
            assignments.put(assignment.getOrdinal(), new WaitingGroup(assignment, offset));
        }
    }

    /** Adds a trajectory. */
    public void sampled(String groupId, int sampleIndex) {
        if (!isPruned(groupId)) {
            sampled.computeIfAbsent(groupId, id -> new HashSet<>()).add(sampleIndex);
        }
    }

    /** Adds a scored trajectory. */
    public void scored(String groupId, int sampleIndex) {
        if (!isPruned(groupId)) {
            scored.computeIfAbsent(groupId, id -> new HashSet<>()).add(sampleIndex);
        }
    }

    /** Adds a complete group. */
    public void grouped(String groupId, boolean isTrainable) {
        if (isPruned(groupId)) {
            return;
        }
        sampled.remove(groupId);
        scored.remove(groupId);
        Long ordinal = ordinals.remove(groupId);
        if (ordinal == null) {
            closedEarly.add(groupId);
        } else {
            assignments.remove(ordinal);
        }
        if (isTrainable && !batchedEarly.remove(groupId)) {
            waiting.add(groupId);
        }
    }

    private boolean isPruned(String groupId) {
        return GroupIds.ordinal(groupId).orElse(Long.MAX_VALUE) <= prunedOrdinal;
    }

    /** Adds a batch with the ids of its groups. */
    public void batch(long number, List<String> groupIds) {
        batches = Math.max(batches, number + 1);
        for (String id : groupIds) {
            if (!isPruned(id) && !waiting.remove(id)) {
                batchedEarly.add(id);
            }
        }
    }

    /** Adds the gradient step that made a policy version. */
    public void step(long version) {
        steps = Math.max(steps, version);
    }

    /** Returns the assignments below an offset of {@code assignments} that lack answers. */
    List<Unanswered> unansweredBelow(long offset) {
        List<Unanswered> unanswered = new ArrayList<>();
        for (WaitingGroup group : assignments.values()) {
            Set<Integer> answers = sampled.getOrDefault(group.groupId(), Set.of());
            List<Integer> missing = IntStream.range(0, group.samples())
                    .filter(sample -> !answers.contains(sample))
                    .boxed()
                    .toList();
            if (group.offset() < offset && !missing.isEmpty()) {
                unanswered.add(new Unanswered(group.assignment(), missing));
            }
        }
        return unanswered;
    }

    /** Returns whether every assigned group is trained or rejected, except for a rest smaller than a batch. */
    public boolean drained() {
        return steps == batches && waiting.size() < batchSize && assignments.isEmpty();
    }

    /** Describes the stage that is due, the group that it has to process, and the state of this group. */
    public String describe() {
        if (steps < batches) {
            return "trainer: " + steps + " of " + batches + " batches are trained; batch " + steps + " is next";
        }
        for (Map.Entry<Long, WaitingGroup> entry : assignments.entrySet()) {
            WaitingGroup group = entry.getValue();
            String id = group.groupId();
            int answers = sampled.getOrDefault(id, Set.of()).size();
            int scores = scored.getOrDefault(id, Set.of()).size();
            String name = "group " + id + " (ordinal " + entry.getKey() + ")";
            if (answers < group.samples()) {
                return "rollouts: " + name + " has " + answers + " of " + group.samples() + " trajectories";
            }
            if (scores < group.samples()) {
                return "scoring: " + name + " has " + scores + " of " + group.samples() + " trajectories scored";
            }
            return "grouping: " + name + " has all " + group.samples() + " trajectories scored, but is not closed";
        }
        if (waiting.size() >= batchSize) {
            return "batching: " + waiting.size() + " groups wait, a batch needs " + batchSize;
        }
        return "curriculum: all " + assigned + " assignments are finished, " + waiting.size() + " of the " + batchSize
                + " groups of a batch wait, and nothing new is assigned; check whether the run is paused, and whether"
                + " there are prompts of the phase's lengths";
    }
}
