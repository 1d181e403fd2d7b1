package dev.longstream.runs.report;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.longstream.runs.audit.Count;
import dev.longstream.runs.audit.Fate;
import dev.longstream.runs.audit.Ledger;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The ledger as scripts read it: numbers of trajectories, and of their completion tokens.
 *
 * @param trajectories counted one by one
 * @param closes whether both sides are equal, in records and tokens, and nothing contradicts itself
 * @param tokens completion tokens of the same trajectories
 * @param contradictions what cannot be, in words
 */
public record LedgerReport(
        @JsonUnwrapped TrajectoryCounts trajectories,
        boolean closes,
        TrajectoryCounts tokens,
        List<String> contradictions) {

    /** Trajectories by what became of them; {@code generated} is the sum of the others where the ledger closes. */
    public record TrajectoryCounts(
            long generated, long trained, long filtered, long duplicate, long stale, long failed, long inFlight) {

        private static TrajectoryCounts of(Ledger ledger, ToLongFunction<Count> measure) {
            return new TrajectoryCounts(
                    measure.applyAsLong(ledger.generated()),
                    measure.applyAsLong(ledger.count(Fate.TRAINED)),
                    measure.applyAsLong(ledger.count(Fate.FILTERED)),
                    measure.applyAsLong(ledger.count(Fate.DUPLICATE)),
                    measure.applyAsLong(ledger.count(Fate.STALE)),
                    measure.applyAsLong(ledger.count(Fate.FAILED)),
                    measure.applyAsLong(ledger.count(Fate.IN_FLIGHT)));
        }
    }

    public static LedgerReport of(Ledger ledger) {
        return new LedgerReport(
                TrajectoryCounts.of(ledger, Count::records),
                ledger.closes(),
                TrajectoryCounts.of(ledger, Count::tokens),
                ledger.contradictions());
    }
}
