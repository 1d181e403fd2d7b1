package dev.longstream.runs.report;

import dev.longstream.runs.audit.Count;
import dev.longstream.runs.audit.Fate;
import dev.longstream.runs.audit.Ledger;

import java.util.List;

/**
 * Ledger of a run in {@code report.json}: numbers of trajectories by {@link Fate}, and of their completion tokens.
 *
 * @param generated number of all trajectories
 * @param trained number of trajectories that a gradient step consumed
 * @param filtered number in rejected groups
 * @param duplicate number of repeated ones
 * @param stale number that batching passed over
 * @param failed number without an answer or a reward
 * @param inFlight number whose processing is not finished
 * @param closes whether the sum over the fates equals {@code generated}, in records and tokens, and there is no contradiction
 * @param tokens the numbers in completion tokens
 * @param contradictions errors in the log, one sentence each
 */
public record LedgerReport(
        long generated,
        long trained,
        long filtered,
        long duplicate,
        long stale,
        long failed,
        long inFlight,
        boolean closes,
        Tokens tokens,
        List<String> contradictions) {

    /** Numbers of completion tokens by fate of their trajectory. */
    public record Tokens(
            long generated, long trained, long filtered, long duplicate, long stale, long failed, long inFlight) {}

    /** Returns the report of a ledger. */
    public static LedgerReport of(Ledger ledger) {
        Count trained = ledger.count(Fate.TRAINED);
        Count filtered = ledger.count(Fate.FILTERED);
        Count duplicate = ledger.count(Fate.DUPLICATE);
        Count stale = ledger.count(Fate.STALE);
        Count failed = ledger.count(Fate.FAILED);
        Count inFlight = ledger.count(Fate.IN_FLIGHT);
        return new LedgerReport(
                ledger.generated().records(),
                trained.records(),
                filtered.records(),
                duplicate.records(),
                stale.records(),
                failed.records(),
                inFlight.records(),
                ledger.closes(),
                new Tokens(
                        ledger.generated().tokens(),
                        trained.tokens(),
                        filtered.tokens(),
                        duplicate.tokens(),
                        stale.tokens(),
                        failed.tokens(),
                        inFlight.tokens()),
                ledger.contradictions());
    }
}
