package dev.longstream.runs.watch;

import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.log.Topics;
import dev.longstream.record.Assignment;
import dev.longstream.record.BatchGroup;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Progress of a run's groups through the stages. Starting at the oldest untrained assignment, it finds the stage that is due
 * and the group that this stage has to process. Feed it the records in any order, then call {@link #describe()}.
 */
public final class PipelineState {
    private final int batchSize;
    private final TreeMap<Long, WaitingGroup> assignments = new TreeMap<>();
    private final Map<String, Set<Integer>> sampled = new HashMap<>();
    private final Map<String, Set<Integer>> scored = new HashMap<>();
    private final Set<String> trainable = new HashSet<>();
    private final Set<String> rejected = new HashSet<>();
    private final Set<String> batched = new HashSet<>();
    private long batches;
    private long steps;

    private record WaitingGroup(String groupId, int samples) {}

    /**
     * Creates the state of a run without records.
     *
     * @param batchSize groups per gradient step
     */
    public PipelineState(int batchSize) {
        this.batchSize = batchSize;
    }

    /** Returns the state of a run from its log as it is now. */
    public static PipelineState of(EventLog log, int batchSize) {
        Topics topics = log.topics();
        PipelineState state = new PipelineState(batchSize);
        TopicReader.readAll(log, topics.assignments(), record -> state.assigned(record.value()));
        TopicReader.readAll(
                log,
                topics.trajectories(),
                record -> state.sampled(record.key(), record.value().getSampleIndex()));
        TopicReader.readAll(
                log,
                topics.scored(),
                record -> state.scored(record.key(), record.value().getSampleIndex()));
        TopicReader.readAll(log, topics.groups(), record -> state.grouped(record.key(), true));
        TopicReader.readAll(log, topics.rejectedGroups(), record -> state.grouped(record.key(), false));
        TopicReader.readAll(
                log,
                topics.batches(),
                record -> state.batch(record.value().getGroups().stream()
                        .map(BatchGroup::getGroupId)
                        .toList()));
        TopicReader.readAll(log, topics.steps(), record -> state.step());
        return state;
    }

    void assigned(Assignment assignment) {
        assignments.put(assignment.getOrdinal(), new WaitingGroup(assignment.getGroupId(), assignment.getSamples()));
    }

    void sampled(String groupId, int sampleIndex) {
        sampled.computeIfAbsent(groupId, id -> new HashSet<>()).add(sampleIndex);
    }

    void scored(String groupId, int sampleIndex) {
        scored.computeIfAbsent(groupId, id -> new HashSet<>()).add(sampleIndex);
    }

    void grouped(String groupId, boolean isTrainable) {
        (isTrainable ? trainable : rejected).add(groupId);
    }

    void batch(Iterable<String> groupIds) {
        batches++;
        groupIds.forEach(batched::add);
    }

    void step() {
        steps++;
    }

    /** Returns whether every assigned group is trained or rejected, except for a rest smaller than a batch. */
    public boolean drained() {
        return steps == batches
                && trainable.size() - batched.size() < batchSize
                && assignments.values().stream()
                        .allMatch(waiting -> trainable.contains(waiting.groupId) || rejected.contains(waiting.groupId));
    }

    /** Describes the stage that is due, the group that it has to process, and the state of this group. */
    public String describe() {
        if (steps < batches) {
            return "trainer: " + steps + " of " + batches + " batches are trained; batch " + steps + " is next";
        }
        for (Map.Entry<Long, WaitingGroup> entry : assignments.entrySet()) {
            WaitingGroup waiting = entry.getValue();
            String id = waiting.groupId;
            if (trainable.contains(id) || rejected.contains(id)) {
                continue;
            }
            int answers = sampled.getOrDefault(id, Set.of()).size();
            int scores = scored.getOrDefault(id, Set.of()).size();
            String group = "group " + id + " (ordinal " + entry.getKey() + ")";
            if (answers < waiting.samples) {
                return "rollouts: " + group + " has " + answers + " of " + waiting.samples + " trajectories";
            }
            if (scores < waiting.samples) {
                return "scoring: " + group + " has " + scores + " of " + waiting.samples + " trajectories scored";
            }
            return "grouping: " + group + " has all " + waiting.samples + " trajectories scored, but is not closed";
        }
        int waiting = trainable.size() - batched.size();
        if (waiting >= batchSize) {
            return "batching: " + waiting + " groups wait, a batch needs " + batchSize;
        }
        return "curriculum: all " + assignments.size() + " assignments are finished, " + waiting + " of the "
                + batchSize
                + " groups of a batch wait, and nothing new is assigned; check whether the run is paused, and whether"
                + " there are prompts of the phase's lengths";
    }
}
