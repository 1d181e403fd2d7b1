package dev.longstream.streams.grouping;

import dev.longstream.log.EventLog;
import dev.longstream.record.Group;
import dev.longstream.streams.topology.WrittenRecords;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Groups that the grouping stage has written so far. After a loss of its state it collects them again, but must not write them
 * again.
 *
 * @param trainable records of {@code groups}
 * @param rejected records of {@code groups.rejected}, which has one partition
 */
public record WrittenGroups(WrittenRecords<Group> trainable, WrittenRecords<Group> rejected) {
    /** Returns the groups of a run's log. */
    public static WrittenGroups on(EventLog log) {
        return new WrittenGroups(
                WrittenRecords.to(log, log.topics().groups()),
                WrittenRecords.to(log, log.topics().rejectedGroups()));
    }

    /**
     * Returns the ids of all groups on the log if the store lags behind it, i.e. lacks the newest of them. Usually it does not:
     * then the result is empty, and two records are read.
     *
     * @param partition partition of scores that the task reads, and of the trainable groups that it writes
     * @param complete tells whether the store has a group as complete
     */
    Set<String> unknownTo(int partition, Predicate<String> complete) {
        Optional<Group> newest = trainable.newest(partition);
        Optional<Group> newestRejected = rejected.newest(0);
        boolean known = newest.isEmpty() || complete.test(newest.get().getGroupId());
        // A task cannot tell an old rejected group of its own from one of another task without reading all.
        boolean rejectedKnown = newestRejected.isEmpty()
                || complete.test(newestRejected.get().getGroupId())
                || (newest.isPresent() && partitionOf(newestRejected.get()) != partition);
        Set<String> ids = new HashSet<>();
        if (!known || !rejectedKnown) {
            trainable.each(partition, group -> ids.add(group.getGroupId()));
            rejected.each(0, group -> ids.add(group.getGroupId()));
        }
        return ids;
    }

    /** Returns the partition of a group's answers, whose scores and group have the same one. */
    private static int partitionOf(Group group) {
        return group.getMembers().get(0).getTrajectory().getPartition();
    }
}
