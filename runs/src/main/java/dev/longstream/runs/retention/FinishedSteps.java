package dev.longstream.runs.retention;

import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.log.Topics;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.Step;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;

/** The gradient steps of a run, and the newest ordinal that each has consumed. */
final class FinishedSteps {
    private final Map<Long, Step> steps = new TreeMap<>();
    private final TreeMap<Long, Long> lastOrdinals = new TreeMap<>();
    private final Set<Long> trained = new HashSet<>();

    private FinishedSteps() {}

    static FinishedSteps read(EventLog log) {
        Topics topics = log.topics();
        FinishedSteps finished = new FinishedSteps();
        TopicReader.readAll(
                log, topics.steps(), record -> finished.steps.put(record.value().getVersion(), record.value()));
        TopicReader.readAll(log, topics.batches(), record -> {
            if (finished.steps.containsKey(record.value().getBatch() + 1)) {
                for (BatchGroup group : record.value().getGroups()) {
                    finished.trained.add(group.getOrdinal());
                    finished.lastOrdinals.merge(record.value().getBatch() + 1, group.getOrdinal(), Math::max);
                }
            }
        });
        return finished;
    }

    /**
     * Returns the newest version whose batches may be removed: not above a complete checkpoint, and within the limits.
     *
     * @param checkpoints steps of the complete checkpoints
     */
    Optional<Long> removable(SortedSet<Long> checkpoints, Limits limits) {
        if (checkpoints.isEmpty()) {
            return Optional.empty();
        }
        long newest = lastOrdinals.isEmpty() ? 0 : lastOrdinals.lastKey();
        long limit = Math.min(checkpoints.first(), newest - limits.steps());
        return lastOrdinals.headMap(limit, true).keySet().stream()
                .filter(version -> limits.since() == null || isBefore(version, limits))
                .max(Long::compare);
    }

    /** Returns whether the steps between two versions are enough beside those that are kept. */
    boolean areWorthRemoving(long from, long to, double minShare) {
        long kept = lastOrdinals.isEmpty() ? 0 : lastOrdinals.lastKey() - to;
        return to > from && to - from >= minShare * kept;
    }

    private boolean isBefore(long version, Limits limits) {
        Step step = steps.get(version);
        return step != null && limits.since() != null && step.getFinishedAt().isBefore(limits.since());
    }

    /** Returns the newest version at or below a version that has consumed no ordinal from {@code ordinal} on. */
    Optional<Long> before(long ordinal, long version) {
        return lastOrdinals.headMap(version, true).entrySet().stream()
                .filter(entry -> entry.getValue() < ordinal)
                .map(Map.Entry::getKey)
                .max(Long::compare);
    }

    /** Returns the last ordinal that the versions up to this one have consumed. */
    long lastOrdinal(long version) {
        return lastOrdinals.headMap(version, true).values().stream()
                .mapToLong(Long::longValue)
                .max()
                .orElse(-1);
    }

    /** Returns whether a step has trained the group of this ordinal. */
    boolean hasTrained(long ordinal) {
        return trained.contains(ordinal);
    }
}
