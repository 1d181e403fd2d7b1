package dev.longstream.runs.lineage;

import dev.longstream.log.GroupIds;
import dev.longstream.log.Topics;
import dev.longstream.record.Assignment;
import dev.longstream.record.Batch;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.Group;
import dev.longstream.record.GroupVerdict;
import dev.longstream.runs.lineage.TracedPath.PathState;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Follows assignments of one run to their groups, batches and steps. */
final class PathReading {
    private final RunGeneration run;
    private final Topics topics;
    private final RecordSearch search;

    /**
     * A group as far as it has come.
     *
     * @param path its way
     * @param group the complete group; null: not complete, or removed
     * @param entry its entry in a batch; null: it is in none
     */
    record FollowedGroup(TracedPath path, @Nullable FoundRecord<Group> group, @Nullable BatchGroup entry) {}

    /** An entry of a batch. */
    private record Batched(long batch, BatchGroup entry) {}

    PathReading(RunGeneration run) {
        this.run = run;
        this.topics = run.topics();
        this.search = run.search();
    }

    /** Returns an assignment by the id of its group; empty if it is not on the log. */
    Optional<FoundRecord<Assignment>> assignment(String groupId) {
        Optional<FoundRecord<Assignment>> found = search.numbered(
                        topics.assignments(),
                        Assignment::getOrdinal,
                        GroupIds.ordinal(groupId).orElse(-1))
                .filter(assignment -> assignment.value().getGroupId().equals(groupId));
        if (found.isPresent()) {
            return found;
        }
        List<FoundRecord<Assignment>> all = new ArrayList<>(); // one that was put back is out of order
        search.all(topics.assignments(), groupId::equals, assignment -> {
            all.add(assignment);
            return false;
        });
        return all.stream().findFirst();
    }

    /** Returns the assignments of a prompt in the order of admission. */
    List<FoundRecord<Assignment>> assignments(String promptId) {
        List<FoundRecord<Assignment>> found = new ArrayList<>();
        search.all(
                topics.assignments(),
                key -> key.startsWith(promptId),
                assignment ->
                        !assignment.value().getQuestion().getPromptId().equals(promptId) || found.add(assignment));
        return found;
    }

    /**
     * Follows assignments, by the ids of their groups.
     *
     * @param assignments assignments of this run's log
     */
    List<FollowedGroup> follow(Collection<FoundRecord<Assignment>> assignments) {
        if (assignments.isEmpty()) {
            return List.of();
        }
        Map<String, Batched> batched = batched(assignments);
        Map<String, FoundRecord<Group>> groups = new HashMap<>();
        search.fetch(
                        topics.groups(),
                        batched.values().stream()
                                .map(each -> each.entry().getGroup())
                                .toList())
                .values()
                .forEach(group -> groups.put(group.value().getGroupId(), group));
        Set<String> others = assignments.stream()
                .map(assignment -> assignment.value().getGroupId())
                .filter(id -> !batched.containsKey(id))
                .collect(Collectors.toCollection(HashSet::new));
        long since =
                assignments.stream().mapToLong(FoundRecord::timestamp).min().orElse(0);
        Map<String, FoundRecord<Group>> rejected = new HashMap<>();
        collect(others, since, true, rejected);
        collect(others, since, false, groups);
        long steps = new StepReading(run).newest();
        return assignments.stream()
                .map(assignment -> {
                    String id = assignment.value().getGroupId();
                    FoundRecord<Group> closed = rejected.getOrDefault(id, groups.get(id));
                    Batched batch = batched.get(id);
                    return new FollowedGroup(
                            path(assignment, closed, batch, steps), closed, batch == null ? null : batch.entry());
                })
                .toList();
    }

    /** Collects complete groups that are in no batch, and removes them from {@code wanted}. */
    private void collect(Set<String> wanted, long since, boolean rejected, Map<String, FoundRecord<Group>> found) {
        if (!wanted.isEmpty()) {
            search.since(since, rejected ? topics.rejectedGroups() : topics.groups(), wanted::contains, group -> {
                found.put(group.key(), group);
                wanted.remove(group.key());
                return !wanted.isEmpty();
            });
        }
    }

    /** Finds the entries of groups in batches, whose ordinals ascend from batch to batch. */
    private Map<String, Batched> batched(Collection<FoundRecord<Assignment>> assignments) {
        Set<String> wanted = assignments.stream()
                .map(assignment -> assignment.value().getGroupId())
                .collect(Collectors.toSet());
        long first = assignments.stream()
                .mapToLong(assignment -> assignment.value().getOrdinal())
                .min()
                .orElse(0);
        long last = assignments.stream()
                .mapToLong(assignment -> assignment.value().getOrdinal())
                .max()
                .orElse(0);
        Map<String, Batched> found = new HashMap<>();
        long from = search.lastAtMost(topics.batches(), PathReading::firstOrdinal, first)
                .map(batch -> batch.place().getOffset())
                .orElse(0L);
        search.from(from, topics.batches(), batch -> {
            for (BatchGroup entry : batch.value().getGroups()) {
                if (wanted.contains(entry.getGroupId())) {
                    found.put(entry.getGroupId(), new Batched(batch.value().getBatch(), entry));
                }
            }
            return firstOrdinal(batch.value()) <= last && found.size() < wanted.size();
        });
        return found;
    }

    private static long firstOrdinal(Batch batch) {
        return batch.getGroups().isEmpty()
                ? Long.MAX_VALUE
                : batch.getGroups().get(0).getOrdinal();
    }

    private TracedPath path(
            FoundRecord<Assignment> assignment,
            @Nullable FoundRecord<Group> group,
            @Nullable Batched batch,
            long newestVersion) {
        Assignment value = assignment.value();
        Long version = batch == null || batch.batch() >= newestVersion ? null : (Long) (batch.batch() + 1);
        PathState state = state(value.getOrdinal(), group, batch, version);
        return new TracedPath(
                run.run(),
                value.getGroupId(),
                value.getPhase(),
                value.getAdmittedVersion(),
                value.getAdmittedAt().toString(),
                state,
                reason(state, group == null ? null : group.value(), value.getSamples()),
                batch == null ? null : (Long) batch.batch(),
                version);
    }

    private PathState state(
            long ordinal, @Nullable FoundRecord<Group> group, @Nullable Batched batch, @Nullable Long version) {
        if (batch != null) {
            return version == null ? PathState.BATCHED : PathState.TRAINED;
        }
        if (group != null && group.value().getVerdict() != GroupVerdict.TRAINABLE) {
            return PathState.REJECTED;
        }
        if (ordinal <= run.pruning().ordinal()) {
            return PathState.REMOVED;
        }
        return group == null ? PathState.OPEN : PathState.WAITING;
    }

    private String reason(PathState state, @Nullable Group group, int samples) {
        return switch (state) {
            case OPEN -> "not all of its " + samples + " answers are sampled and scored";
            case REJECTED -> group == null ? "" : rejection(group);
            case WAITING -> "complete, waits for its batch";
            case BATCHED -> "in a batch that no step has consumed yet";
            case TRAINED -> "trained";
            case REMOVED -> "trained or rejected, then removed: " + run.removal();
        };
    }

    private static String rejection(Group group) {
        return switch (group.getVerdict()) {
            case UNIFORM_REWARD -> "rejected: all rewards are " + group.getMeanReward() + ", so every advantage is 0";
            case TOO_FEW_MEMBERS -> "rejected: too few of its answers have a reward";
            case TRAINABLE -> "";
        };
    }

    /** Returns the path of a group whose assignment is not on the log. */
    TracedPath removed(String groupId) {
        return new TracedPath(
                run.run(),
                groupId,
                null,
                null,
                null,
                PathState.REMOVED,
                reason(PathState.REMOVED, null, 0),
                null,
                null);
    }
}
