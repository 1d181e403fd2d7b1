package dev.longstream.runs.report;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.longstream.runs.audit.Count;
import dev.longstream.runs.audit.Fate;
import dev.longstream.runs.audit.Ledger;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Ledger of a run in {@code report.json}: numbers of trajectories by {@link Fate}, and of their completion tokens.
 *
 * @param trajectories numbers of trajectories
 * @param closes whether the sum over the fates equals {@code generated}, in records and tokens, and there is no contradiction
 * @param tokens numbers of completion tokens
 * @param contradictions errors in the log, one sentence each
 * @param notes records that cannot be decoded or were refused, and what was pruned, one line each
 */
public record LedgerReport(
        @JsonUnwrapped TrajectoryCounts trajectories,
        boolean closes,
        TrajectoryCounts tokens,
        List<String> contradictions,
        List<String> notes) {
    /** Copies the lists; a report of an older release has no notes. */
    public LedgerReport {
        contradictions = List.copyOf(contradictions);
        notes = notes == null ? List.of() : List.copyOf(notes);
    }

    /** Counts by {@link Fate}; {@code generated} is the sum of the others if the ledger closes. */
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

    /** Returns the report of a ledger. */
    public static LedgerReport of(Ledger ledger) {
        return new LedgerReport(
                TrajectoryCounts.of(ledger, Count::records),
                ledger.closes(),
                TrajectoryCounts.of(ledger, Count::tokens),
                ledger.contradictions(),
                ledger.notes());
    }
}
