package dev.longstream.runs.audit;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * generated = trained + filtered + duplicate + stale + failed + in flight, in records and in tokens.
 *
 * @param generated every trajectory on the log
 * @param fates what became of them; a fate that none has is {@link Count#ZERO}
 * @param steps gradient steps on the log
 * @param contradictions what cannot be: a batch trained twice, a group both trained and filtered, a reference to nothing
 */
public record Ledger(Count generated, Map<Fate, Count> fates, long steps, List<String> contradictions) {
    public Ledger {
        Map<Fate, Count> all = new EnumMap<>(Fate.class);
        for (Fate fate : Fate.values()) {
            all.put(fate, fates.getOrDefault(fate, Count.ZERO));
        }
        fates = Map.copyOf(all);
        contradictions = List.copyOf(contradictions);
    }

    public Count count(Fate fate) {
        return fates.getOrDefault(fate, Count.ZERO);
    }

    /** Sum of the right side. */
    public Count accounted() {
        return fates.values().stream().reduce(Count.ZERO, Count::plus);
    }

    /** Whether both sides are equal and nothing contradicts itself. */
    public boolean closes() {
        return contradictions.isEmpty() && generated.equals(accounted());
    }

    /** The equation in numbers, then what contradicts it. */
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
        return lines;
    }

    private static String line(String name, Count count) {
        return String.format(Locale.ROOT, "%-12s %12d %14d", name, count.records(), count.tokens());
    }
}
