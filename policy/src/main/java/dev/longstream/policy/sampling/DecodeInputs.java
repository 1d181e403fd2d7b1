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
 * Turns cohorts and their unfinished answers into the arguments of {@code decode.py}, and calls its methods. R is the
 * number of answers, cohort by cohort.
 *
 * <p>Queries of answers to one prompt are laid out together. With S prompts of a cohort that have unfinished answers,
 * and at most G answers to each, cell s · G + j belongs to the j-th answer to the s-th of these prompts.
 *
 * <pre>
 * S = 2, G = 3     rows of answers  0 1 2 | 3 4        cell_rows  0 1 2 | 3 4 0     the last cell is not used
 *                                                      row_cells  0 1 2 | 3 4
 * </pre>
 */
final class DecodeInputs {
    private final NDManager owner;
    private final boolean packs;
    private final List<Cohort> cohorts;
    private final List<Answer> answers;

    /**
     * Collects the unfinished answers of the cohorts.
     *
     * @param owner manager that all arrays made here belong to
     * @param packs whether there is memory for a second copy of the keys and values that answers share
     */
    DecodeInputs(NDManager owner, List<Cohort> cohorts, boolean packs) {
        this.owner = owner;
        this.packs = packs;
        this.cohorts = cohorts;
        this.answers =
                cohorts.stream().flatMap(cohort -> cohort.answers().stream()).toList();
    }

    /**
     * Lists the tensors of one cohort, in the order and the shapes that {@code decode.py} names at its top.
     *
     * @param filled columns of its answers' own keys and values that are filled
     */
    private List<NDArray> tensors(Cohort cohort, int filled) {
        Segment segment = cohort.segment();
        Prefix prefix = segment.prefix();
        int[] live = cohort.liveEntries();
        long[] lengths = Arrays.stream(live)
                .mapToLong(entry -> cohort.group(entry).sharedLength() - segment.prefixColumns())
                .toArray();
        long[] place = {prefix == null ? 0 : prefix.entry(), segment.prefixColumns(), filled};
        List<NDArray> tensors = new ArrayList<>();
        tensors.add(prefix == null ? segment.cache() : prefix.segment().cache());
        tensors.add(segment.cache());
        tensors.add(cohort.own());
        tensors.add(constant(Arrays.stream(live).asLongStream().toArray()));
        tensors.add(constant(lengths));
        addCells(tensors, cohort, live);
        tensors.add(constant(place));
        return tensors;
    }

    /** Adds {@code cell_rows} (S · G) and {@code row_cells} (rows of the cohort). */
    private void addCells(List<NDArray> tensors, Cohort cohort, int[] live) {
        int rows = cohort.answers().size();
        int[] groupOfRow = new int[rows];
        int[] answersOfGroup = new int[live.length];
        for (int row = 0; row < rows; row++) {
            groupOfRow[row] =
                    Arrays.binarySearch(live, cohort.entry(cohort.answers().get(row)));
            answersOfGroup[groupOfRow[row]]++;
        }
        int perGroup = Arrays.stream(answersOfGroup).max().orElseThrow();
        long[] rowOfCell = new long[live.length * perGroup]; // cells without an answer repeat row 0; nothing reads them
        long[] cellOfRow = new long[rows];
        Arrays.fill(answersOfGroup, 0);
        for (int row = 0; row < rows; row++) {
            int cell = groupOfRow[row] * perGroup + answersOfGroup[groupOfRow[row]]++;
            rowOfCell[cell] = row;
            cellOfRow[row] = cell;
        }
        tensors.add(constant(rowOfCell));
        tensors.add(constant(cellOfRow));
    }

    private NDArray constant(long[] values) {
        return TorchEngine.constant(owner, values, values.length);
    }

    /**
     * Draws up to {@code steps} tokens of every answer.
     *
     * @param weights all weights, the layers' matrices packed, then the output head
     * @param stops   (vocabularySize), 1 for tokens that end an answer
     * @return tokens, log-probabilities under the behaviour policy, log-probabilities under the policy; (R, steps
     *     taken) each
     */
    NDList decode(TorchModule module, PolicyModel model, List<NDArray> weights, NDArray stops, int steps) {
        double[] uniforms = new double[answers.size() * steps];
        for (int row = 0; row < answers.size(); row++) {
            for (int step = 0; step < steps; step++) {
                uniforms[row * steps + step] = answers.get(row).uniform(step);
            }
        }
        List<List<NDArray>> cohortTensors =
                cohorts.stream().map(cohort -> tensors(cohort, cohort.filled())).toList();
        boolean cuts = answers.stream()
                .anyMatch(answer -> answer.group().request().parameters().cuts());
        return module.run(
                owner,
                "decode",
                weights,
                cohortTensors,
                packs,
                model.frequencies(),
                rows(),
                cuts,
                TorchEngine.constant(owner, uniforms, answers.size(), steps),
                stops);
    }

    /**
     * Lists last token, its position, temperature, greedy, top k, top p and tokens left of every answer: (R) or (R, 1)
     * each.
     */
    private List<NDArray> rows() {
        int rows = answers.size();
        float[] temperatures = new float[rows];
        long[] greedy = new long[rows];
        long[] topK = new long[rows];
        double[] topP = new double[rows];
        for (int row = 0; row < rows; row++) {
            SamplingParameters parameters = answers.get(row).group().request().parameters();
            temperatures[row] = parameters.isGreedy() ? 1 : (float) parameters.temperature();
            greedy[row] = parameters.isGreedy() ? 1 : 0;
            topK[row] = !parameters.cuts() || parameters.topK() == 0 ? Long.MAX_VALUE : parameters.topK();
            topP[row] = parameters.cuts() ? parameters.topP() : 1;
        }
        return List.of(
                constant(answers.stream().mapToLong(Answer::lastToken).toArray()),
                constant(answers.stream()
                        .mapToLong(answer -> answer.group().sharedLength() + answer.length())
                        .toArray()),
                TorchEngine.constant(owner, temperatures, rows, 1),
                constant(greedy),
                TorchEngine.constant(owner, topK, rows, 1),
                TorchEngine.constant(owner, topP, rows, 1),
                constant(answers.stream().mapToLong(Answer::tokensLeft).toArray()));
    }

    /**
     * Computes the answers' own keys and values again, in place.
     *
     * @param weights all weights, the layers' matrices packed
     * @param filled  tokens of every answer so far
     */
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
                cohorts.stream().map(cohort -> tensors(cohort, 0)).toList(),
                packs,
                model.frequencies(),
                TorchEngine.constant(owner, tokens, rows, filled),
                constant(answers.stream()
                        .mapToLong(answer -> answer.group().sharedLength())
                        .toArray()));
    }
}
