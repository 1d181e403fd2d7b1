package dev.longstream.runs.audit;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Account of all trajectories of a run, in records and in tokens:
 *
 * <pre>generated = trained + filtered + duplicate + stale + failed + in flight</pre>
 *
 * @param generated count of all trajectories on the log
 * @param fates count of each fate; {@link Count#ZERO} for a fate without trajectories
 * @param steps number of gradient steps on the log
 * @param contradictions errors in the log, one line each: a batch trained twice, a trajectory in two groups, a reference to a
 *     missing record
 * @param notes facts beside the equation, one line each: records that cannot be decoded or were refused, and what was
 *     pruned
 */
public record Ledger(
        Count generated, Map<Fate, Count> fates, long steps, List<String> contradictions, List<String> notes) {
    /** Completes the fates and copies the collections. */
    public Ledger {
        Map<Fate, Count> all = new EnumMap<>(Fate.class);
        for (Fate fate : Fate.values()) {
            all.put(fate, fates.getOrDefault(fate, Count.ZERO));
        }
        fates = Map.copyOf(all);
        contradictions = List.copyOf(contradictions);
        notes = List.copyOf(notes);
    }

    /** Creates a ledger without notes. */
    public Ledger(Count generated, Map<Fate, Count> fates, long steps, List<String> contradictions) {
        this(generated, fates, steps, contradictions, List.of());
    }

    /** Returns this ledger with other notes. */
    Ledger with(List<String> otherNotes) {
        return new Ledger(generated, fates, steps, contradictions, otherNotes);
    }

    /** Returns the count of trajectories with this fate. */
    public Count count(Fate fate) {
        return fates.getOrDefault(fate, Count.ZERO);
    }

    /** Returns the sum over all fates, the right side of the equation. */
    public Count accounted() {
        return fates.values().stream().reduce(Count.ZERO, Count::plus);
    }

    /** Returns whether both sides of the equation are equal and there is no contradiction. */
    public boolean closes() {
        return contradictions.isEmpty() && generated.equals(accounted());
    }

    /** Returns the equation as a table, then the contradictions and the notes, one line each. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "%-12s %12s %14s", "", "records", "tokens"));
        lines.add(line("generated", generated));
        for (Fate fate : Fate.values()) {
            lines.add(line("  " + fate.name().toLowerCase(Locale.ROOT).replace('_', ' '), count(fate)));
        }
        lines.add(
                closes()
                        ? "The ledger closes."
                        : "The ledger does NOT close: " + accounted().records() + " records and "
                                + accounted().tokens() + " tokens are accounted for.");
        contradictions.forEach(contradiction -> lines.add("  - " + contradiction));
        lines.addAll(notes);
        return lines;
    }

    private static String line(String name, Count count) {
        return String.format(Locale.ROOT, "%-12s %12d %14d", name, count.records(), count.tokens());
    }
}
