package dev.longstream.runs.report;

import dev.longstream.runs.audit.Count;
import dev.longstream.runs.audit.Fate;
import dev.longstream.runs.audit.Ledger;

import java.util.List;

/**
 * The ledger as scripts read it: numbers of trajectories, and the same in completion tokens.
 *
 * @param closes whether both sides are equal, in records and tokens, and nothing contradicts itself
 * @param contradictions what cannot be, in words
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

    /** The same equation in completion tokens. */
    public record Tokens(
            long generated, long trained, long filtered, long duplicate, long stale, long failed, long inFlight) {}

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
