package dev.longstream.runs.audit;

import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.record.FateCount;
import dev.longstream.record.Pruned;
import dev.longstream.record.TopicStart;
import org.jspecify.annotations.Nullable;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Everything that was removed from the start of a run's log until now.
 *
 * @param record record of the newest pruning; null: nothing was pruned
 * @param trajectories short name of the topic of trajectories
 */
public record Pruning(@Nullable Pruned record, String trajectories) {
    /** The pruning of a whole log. */
    public static final Pruning NONE = new Pruning(null, "");

    /** Reads the newest pruning of a run from {@code control}. */
    public static Pruning of(EventLog log) {
        AtomicReference<@Nullable Pruned> newest = new AtomicReference<>();
        TopicReader.readAll(log, log.topics().control(), command -> {
            if (command.value().getPruned() != null) {
                newest.set(command.value().getPruned());
            }
        });
        return new Pruning(newest.get(), log.topics().shortName(log.topics().trajectories()));
    }

    /** Returns the ordinal up to which all groups are counted by the record of the pruning; −1 if nothing was pruned. */
    public long ordinal() {
        return record == null ? -1 : record.getOrdinal();
    }

    /** Returns the number of the first batch that is kept. */
    public long version() {
        return record == null ? 0 : record.getVersion();
    }

    /** Returns the counts of the answers of the groups up to {@link #ordinal()}. */
    Map<Fate, Count> fates() {
        Map<Fate, Count> fates = new EnumMap<>(Fate.class);
        if (record != null) {
            for (FateCount count : record.getFates()) {
                fates.put(Fate.valueOf(count.getFate()), new Count(count.getRecords(), count.getTokens()));
            }
        }
        return fates;
    }

    /** Returns the offsets up to which the answers of these groups are counted, by partition of trajectories. */
    Map<Integer, Long> counted() {
        Map<Integer, Long> counted = new HashMap<>();
        if (record != null) {
            for (int partition = 0; partition < record.getCounted().size(); partition++) {
                counted.put(partition, record.getCounted().get(partition));
            }
        }
        return counted;
    }

    /** Returns the offset of a partition of trajectories up to which the answers of these groups are counted. */
    long countedTo(int partition) {
        return counted().getOrDefault(partition, 0L);
    }

    /** Returns the first offset kept of a partition of trajectories. */
    long trajectoriesFrom(int partition) {
        return record == null
                ? 0
                : record.getStarts().stream()
                        .filter(start -> start.getTopic().equals(trajectories) && start.getPartition() == partition)
                        .mapToLong(TopicStart::getOffset)
                        .findFirst()
                        .orElse(0);
    }
}
