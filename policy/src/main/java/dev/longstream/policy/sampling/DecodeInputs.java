package dev.longstream.policy.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.model.TorchEngine;
import dev.longstream.policy.model.TorchModule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What {@link SamplingText} is told about cohorts and their answers, R in all, cohort by cohort.
 *
 * <p>Queries of a group's answers are laid out together: with g the most answers a group of the cohort has, cell s · g + j is the j-th answer of
 * its s-th group that has any.
 */
final class DecodeInputs {
    private final NDManager owner;
    private final boolean packs;
    private final List<Cohort> cohorts;
    private final List<Answer> answers;
    private final List<NDArray> prefixes = new ArrayList<>();
    private final List<NDArray> shared = new ArrayList<>();
    private final List<NDArray> own = new ArrayList<>();
    private final List<NDArray> entries = new ArrayList<>();
    private final List<NDArray> sharedLengths = new ArrayList<>();
    private final List<NDArray> cellRows = new ArrayList<>();
    private final List<NDArray> rowCells = new ArrayList<>();

    /**
     * @param owner of everything made here
     * @param packs whether there is memory for a second copy of what the answers share
     */
    DecodeInputs(NDManager owner, List<Cohort> cohorts, boolean packs) {
        this.owner = owner;
        this.packs = packs;
        this.cohorts = cohorts;
        this.answers =
                cohorts.stream().flatMap(cohort -> cohort.answers().stream()).toList();
        cohorts.forEach(this::add);
    }

    private void add(Cohort cohort) {
        Segment segment = cohort.segment();
        Prefix prefix = segment.prefix();
        prefixes.add(prefix == null ? segment.cache() : prefix.segment().cache());
        shared.add(segment.cache());
        own.add(cohort.own());
        int[] live = cohort.liveEntries();
        entries.add(constant(Arrays.stream(live).asLongStream().toArray()));
        sharedLengths.add(constant(Arrays.stream(live)
                .mapToLong(entry -> cohort.group(entry).sharedLength() - segment.prefixColumns())
                .toArray()));
        int rows = cohort.answers().size();
        int[] groupOfRow = new int[rows];
        int[] answersOfGroup = new int[live.length];
        for (int row = 0; row < rows; row++) {
            groupOfRow[row] =
                    Arrays.binarySearch(live, cohort.entry(cohort.answers().get(row)));
            answersOfGroup[groupOfRow[row]]++;
        }
        int perGroup = Arrays.stream(answersOfGroup).max().orElseThrow();
        long[] rowOfCell = new long[live.length * perGroup]; // cells left over repeat row 0; nobody reads them
        long[] cellOfRow = new long[rows];
        Arrays.fill(answersOfGroup, 0);
        for (int row = 0; row < rows; row++) {
            int cell = groupOfRow[row] * perGroup + answersOfGroup[groupOfRow[row]]++;
            rowOfCell[cell] = row;
            cellOfRow[row] = cell;
        }
        cellRows.add(constant(rowOfCell));
        rowCells.add(constant(cellOfRow));
    }

    private NDArray constant(long[] values) {
        return TorchEngine.constant(owner, values, values.length);
    }

    /** Of each cohort: the entry its prefix is, the prefix's columns, columns of its own before this call. */
    private NDArray places(int filled) {
        long[] places = new long[3 * cohorts.size()];
        for (int c = 0; c < cohorts.size(); c++) {
            Prefix prefix = cohorts.get(c).segment().prefix();
            places[3 * c] = prefix == null ? 0 : prefix.entry();
            places[3 * c + 1] = prefix == null ? 0 : prefix.columns();
            places[3 * c + 2] = filled < 0 ? cohorts.get(c).filled() : filled;
        }
        return TorchEngine.constant(owner, places, cohorts.size(), 3);
    }

    /**
     * Draws up to {@code steps} tokens of every answer.
     *
     * @return [tokens, log-probabilities under the behaviour policy, under the policy], (R, steps taken) each
     */
    NDList decode(TorchModule module, PolicyModel model, List<NDArray> weights, NDArray stops, int steps) {
        int rows = answers.size();
        float[] temperatures = new float[rows];
        long[] greedy = new long[rows];
        long[] topK = new long[rows];
        double[] topP = new double[rows];
        double[] uniforms = new double[rows * steps];
        for (int row = 0; row < rows; row++) {
            SamplingParameters draw = answers.get(row).group().request().parameters();
            temperatures[row] = draw.isGreedy() ? 1 : (float) draw.temperature();
            greedy[row] = draw.isGreedy() ? 1 : 0;
            topK[row] = !draw.cuts() || draw.topK() == 0 ? Long.MAX_VALUE : draw.topK();
            topP[row] = draw.cuts() ? draw.topP() : 1;
            for (int step = 0; step < steps; step++) {
                uniforms[row * steps + step] = answers.get(row).uniform(step);
            }
        }
        return module.run(
                owner,
                "decode",
                weights,
                prefixes,
                shared,
                own,
                entries,
                sharedLengths,
                cellRows,
                rowCells,
                places(-1),
                packs,
                model.frequencies(),
                constant(answers.stream().mapToLong(Answer::lastToken).toArray()),
                constant(answers.stream()
                        .mapToLong(answer -> answer.group().sharedLength() + answer.length())
                        .toArray()),
                TorchEngine.constant(owner, temperatures, rows, 1),
                TorchEngine.constant(owner, greedy, rows),
                TorchEngine.constant(owner, topK, rows, 1),
                TorchEngine.constant(owner, topP, rows, 1),
                answers.stream()
                        .anyMatch(answer -> answer.group().request().parameters().cuts()),
                TorchEngine.constant(owner, uniforms, rows, steps),
                stops,
                constant(answers.stream().mapToLong(Answer::tokensLeft).toArray()));
    }

    /** Computes the answers' own keys and values again, of cohorts of the same length. */
    void readAgain(TorchModule module, PolicyModel model, List<NDArray> weights, int filled) {
        int rows = answers.size();
        long[] tokens = new long[rows * filled];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < filled; column++) {
                tokens[row * filled + column] = answers.get(row).tokenBefore(column);
            }
        }
        module.call(
                "read_again",
                weights,
                prefixes,
                shared,
                own,
                entries,
                sharedLengths,
                cellRows,
                rowCells,
                places(0),
                packs,
                model.frequencies(),
                TorchEngine.constant(owner, tokens, rows, filled),
                constant(answers.stream()
                        .mapToLong(answer -> answer.group().sharedLength())
                        .toArray()));
    }
}
