package dev.longstream.trainer.batch;

import dev.longstream.policy.training.PrefixTree;
import dev.longstream.policy.training.PromptAnswers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Cuts a batch into parts that fit in memory. Prompts with a common beginning share a part, which computes it once. */
public final class MicroBatches {
    private MicroBatches() {}

    /** Answers {@code from} to {@code to - 1} of a row. */
    public record Slice(int row, int from, int to) {}

    /**
     * Cuts rows into parts, with every answer in exactly one part. A pure function.
     *
     * @param rows prompts with their answers
     * @param budget maximum tokens of a part that go through the model; a common beginning counts once, see
     *     {@link PrefixTree}. A larger row is cut between its answers; a larger single answer is a part of its own
     */
    public static List<List<Slice>> cut(List<PromptAnswers> rows, int budget) {
        List<Slice> slices = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            addWithin(rows, new Slice(row, 0, rows.get(row).answers().size()), budget, slices);
        }
        slices.sort(
                Comparator.<Slice, int[]>comparing(slice -> rows.get(slice.row).prompt(), Arrays::compare)
                        .thenComparingInt(Slice::row)
                        .thenComparingInt(Slice::from));
        List<List<Slice>> parts = new ArrayList<>();
        List<Slice> part = new ArrayList<>();
        for (Slice slice : slices) {
            part.add(slice);
            if (part.size() > 1 && tokens(rows, part) > budget) {
                part.remove(part.size() - 1);
                parts.add(part);
                part = new ArrayList<>(List.of(slice));
            }
        }
        if (!part.isEmpty()) {
            parts.add(part);
        }
        return parts;
    }

    private static void addWithin(List<PromptAnswers> rows, Slice slice, int budget, List<Slice> slices) {
        int answers = slice.to - slice.from;
        if (answers <= 1 || tokens(rows, List.of(slice)) <= budget) {
            if (answers > 0) {
                slices.add(slice);
            }
            return;
        }
        int middle = slice.from + answers / 2;
        addWithin(rows, new Slice(slice.row, slice.from, middle), budget, slices);
        addWithin(rows, new Slice(slice.row, middle, slice.to), budget, slices);
    }

    private static long tokens(List<PromptAnswers> rows, List<Slice> part) {
        return PrefixTree.of(part.stream()
                        .map(slice -> new PromptAnswers(
                                rows.get(slice.row).prompt(),
                                rows.get(slice.row).answers().subList(slice.from, slice.to)))
                        .toList())
                .tokens();
    }
}
