package dev.longstream.runs.audit;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntToLongFunction;

/**
 * Answers of the groups up to an ordinal, counted by an audit: what a pruning up to this ordinal has to carry forward. Groups
 * of an earlier pruning are included.
 */
public final class FinishedAnswers {
    private final long ordinal;
    private final IntToLongFunction limits;
    private final Map<Fate, Count> fates = new EnumMap<>(Fate.class);
    private final Map<Integer, Long> counted = new TreeMap<>();
    private final Map<Integer, Long> starts = new TreeMap<>();

    /**
     * Creates the count.
     *
     * @param limits returns the offset of a partition from which on no record may be removed
     */
    FinishedAnswers(long ordinal, Pruning earlier, IntToLongFunction limits) {
        this.ordinal = ordinal;
        this.limits = limits;
        fates.putAll(earlier.fates());
        earlier.counted().forEach(counted::put);
    }

    /** Adds an answer; within a partition in ascending order of offsets. */
    void answer(int partition, long offset, long answerOrdinal, Fate fate, Count count) {
        counted.put(partition, offset + 1);
        if (answerOrdinal <= ordinal) {
            fates.merge(fate, count, Count::plus);
        } else {
            starts.putIfAbsent(partition, offset);
        }
    }

    /** Adds a record that cannot be decoded: it is pruned if no answer that is kept precedes it. */
    void unreadable(int partition, long offset) {
        counted.put(partition, offset + 1);
        if (!starts.containsKey(partition) && offset < limits.applyAsLong(partition)) {
            fates.merge(Fate.FAILED, new Count(1, 0), Count::plus);
        }
    }

    /** Returns the counts by fate. */
    public Map<Fate, Count> fates() {
        return Map.copyOf(fates);
    }

    /** Returns the offset after the last record read of a partition; 0 if none was read. */
    public long countedTo(int partition) {
        return counted.getOrDefault(partition, 0L);
    }

    /** Returns the offset of a partition below which every record belongs to these groups and may be removed. */
    public long start(int partition) {
        return Math.min(limits.applyAsLong(partition), starts.getOrDefault(partition, countedTo(partition)));
    }
}
