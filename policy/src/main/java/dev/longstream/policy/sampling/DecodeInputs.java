package dev.longstream.policy.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.model.TorchEngine;
import dev.longstream.policy.model.TorchModule;

import java.util.Arrays;
import java.util.List;

/**
 * What {@code decode} of {@link SamplingText} is told about S groups and R answers.
 *
 * <p>Queries of a group's answers are laid out together: with g the most answers a group has, cell s · g + j is group s's j-th.
 */
@SuppressWarnings("ArrayRecordComponent") // made and used once, never compared
record DecodeInputs(
        long[] sharedLengths,
        long[] cellRows,
        long[] rowCells,
        long[] last,
        long[] promptLengths,
        long[] lengths,
        float[] temperatures,
        long[] greedy,
        long[] topK,
        double[] topP,
        boolean cut,
        double[] uniforms,
        long[] left) {

    static DecodeInputs of(List<Group> groups, List<Answer> answers, int steps) {
        int rows = answers.size();
        int[] answersOfGroup = new int[groups.size()];
        int[] groupOfRow = new int[rows];
        for (int row = 0; row < rows; row++) {
            groupOfRow[row] = groups.indexOf(answers.get(row).group());
            answersOfGroup[groupOfRow[row]]++;
        }
        int perGroup = Arrays.stream(answersOfGroup).max().orElseThrow();
        DecodeInputs inputs = new DecodeInputs(
                groups.stream().mapToLong(Group::sharedLength).toArray(),
                new long[groups.size() * perGroup],
                new long[rows],
                answers.stream().mapToLong(Answer::lastToken).toArray(),
                answers.stream()
                        .mapToLong(answer -> answer.group().sharedLength())
                        .toArray(),
                answers.stream().mapToLong(Answer::length).toArray(),
                new float[rows],
                new long[rows],
                new long[rows],
                new double[rows],
                answers.stream()
                        .anyMatch(answer -> answer.group().request().draw().cuts()),
                new double[rows * steps],
                answers.stream().mapToLong(Answer::tokensLeft).toArray());
        Arrays.fill(answersOfGroup, 0);
        for (int row = 0; row < rows; row++) {
            int cell = groupOfRow[row] * perGroup + answersOfGroup[groupOfRow[row]]++;
            inputs.cellRows[cell] = row; // cells left over repeat row 0; nobody reads them
            inputs.rowCells[row] = cell;
            Draw draw = answers.get(row).group().request().draw();
            inputs.temperatures[row] = draw.isGreedy() ? 1 : (float) draw.temperature();
            inputs.greedy[row] = draw.isGreedy() ? 1 : 0;
            inputs.topK[row] = !draw.cuts() || draw.topK() == 0 ? Long.MAX_VALUE : draw.topK();
            inputs.topP[row] = draw.cuts() ? draw.topP() : 1;
            for (int step = 0; step < steps; step++) {
                inputs.uniforms[row * steps + step] = answers.get(row).uniform(step);
            }
        }
        return inputs;
    }

    /** Returns [tokens, log-probabilities under the behaviour policy, under the policy], (R, steps taken) each. */
    NDList decode(
            NDManager owner,
            TorchModule module,
            PolicyModel model,
            NDArray shared,
            NDArray own,
            int filled,
            NDArray stops) {
        int rows = last.length;
        return module.run(
                owner,
                "decode",
                model.weights(),
                shared,
                own,
                TorchEngine.constant(owner, sharedLengths, sharedLengths.length),
                TorchEngine.constant(owner, cellRows, cellRows.length),
                TorchEngine.constant(owner, rowCells, rows),
                model.frequencies(),
                TorchEngine.constant(owner, last, rows),
                TorchEngine.constant(owner, promptLengths, rows),
                TorchEngine.constant(owner, lengths, rows),
                filled,
                TorchEngine.constant(owner, temperatures, rows, 1),
                TorchEngine.constant(owner, greedy, rows),
                TorchEngine.constant(owner, topK, rows, 1),
                TorchEngine.constant(owner, topP, rows, 1),
                cut,
                TorchEngine.constant(owner, uniforms, rows, uniforms.length / rows),
                stops,
                TorchEngine.constant(owner, left, rows));
    }
}
