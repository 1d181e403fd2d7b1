package dev.longstream.runs.shadows;

import dev.longstream.failure.WrongUseException;
import dev.longstream.log.EventLog;
import dev.longstream.log.GroupIds;
import dev.longstream.log.ShadowsOnLog;
import dev.longstream.log.TopicReader;
import dev.longstream.record.Batch;
import dev.longstream.record.ForkPoint;
import dev.longstream.record.PromotedReward;
import dev.longstream.runs.audit.Pruning;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.report.JudgeReport;
import dev.longstream.streams.batching.BatchingConfig;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** Compares the rewards of a run with those of its shadow, from the log alone. Both may be working. */
public final class LogComparison {
    private LogComparison() {}

    /**
     * Reads the groups and batches of the run and the scores of the shadow, and compares them. What was pruned is left out, and so
     * are groups that the run scored by the shadow's reward, since its promotion.
     *
     * @param shadow name of the shadow
     * @param config configuration of the run, which says how it makes groups and batches
     * @throws WrongUseException if the run has no such shadow; names those that it has
     */
    public static ShadowComparison of(EventLog log, String shadow, RunConfig config) {
        SortedSet<String> known = ShadowsOnLog.of(log);
        if (!known.contains(shadow)) {
            throw new WrongUseException("Run " + log.topics().run() + " has no shadow '" + shadow + "': "
                    + (known.isEmpty()
                            ? "it has none; name one in scoring.shadows"
                            : "expected one of " + String.join(", ", known)));
        }
        EventLog own = log.ofShadow(shadow);
        Pruning pruning = Pruning.of(log);
        long pruned = pruning.ordinal();
        GroupsUnderBoth groups = new GroupsUnderBoth(new BatchingConfig(config.batchSize(), config.advantages()));
        // The shadow first: a group of the run that is read later has been scored by both, or waits for the shadow.
        TopicReader.readAll(own, own.topics().scored(), record -> {
            if (record.value().getOrdinal() > pruned) {
                groups.addScore(record.value());
            }
        });
        List.of(log.topics().groups(), log.topics().rejectedGroups())
                .forEach(topic -> TopicReader.readAll(log, topic, record -> {
                    PromotedReward promoted = record.value().getPromoted();
                    boolean same = promoted != null && promoted.getShadow().equals(shadow);
                    if (record.value().getOrdinal() > pruned && !same) {
                        groups.addGroup(record.value());
                    }
                }));
        JudgeReport judge = JudgeReport.of(own, null);
        return new ShadowComparison(
                log.topics().run(),
                shadow,
                groups.uncompared(),
                groups.slices(),
                groups.advantages(),
                groups.batches(batches(log, pruning.version()), Math.max(pruned + 1, forkedFrom(log))),
                judge.verdicts() + judge.withoutVerdict() == 0 ? null : judge);
    }

    private static List<Batch> batches(EventLog log, long from) {
        TreeMap<Long, Batch> batches = new TreeMap<>();
        TopicReader.readAll(log, log.topics().batches(), record -> {
            if (record.value().getBatch() >= from) {
                batches.put(record.value().getBatch(), record.value());
            }
        });
        return List.copyOf(batches.values());
    }

    /** Returns the first ordinal of a fork's own groups; 0 for a run that is none. */
    private static long forkedFrom(EventLog log) {
        AtomicLong first = new AtomicLong();
        TopicReader.readAll(log, log.topics().control(), record -> {
            ForkPoint fork = record.value().getFork();
            if (fork != null) {
                first.set(GroupIds.firstOrdinal(fork));
            }
        });
        return first.get();
    }
}
