package dev.longstream.trainer.objective;

import java.util.Arrays;

/**
 * Inputs of a loss for the N answers of one micro-batch, or of the whole batch if {@link Objective#needsWholeBatch}.
 * Arrays are ragged: answer i has C(i) tokens.
 *
 * @param current double[N][C], log π(token | prefix), the variable of the gradient
 * @param proximal double[N][C], log-probabilities under the proximal policy; see {@link Proximal}
 * @param behaviour double[N][C], log μ(token | prefix) as sampled; NaN if it was not recorded
 * @param reference double[N][C], log-probabilities under the reference policy of the KL penalty; no rows without a
 *     penalty
 * @param entropies double[N][C], entropy of π at the token, in nats
 * @param advantages double[N][C], usually equal at every token of an answer
 * @param batchTokens number of answer tokens in the whole batch, which may hold more than these answers
 * @param batchAnswers number of answers in the whole batch; the caller decides whether empty answers count
 * @param negativesMasked whether AEPO masked answers with a negative advantage in the previous step
 */
@SuppressWarnings("ArrayRecordComponent") // passed once to the loss, never compared
public record LossInputs(
        double[][] current,
        double[][] proximal,
        double[][] behaviour,
        double[][] reference,
        double[][] entropies,
        double[][] advantages,
        long batchTokens,
        long batchAnswers,
        boolean negativesMasked) {

    /**
     * Checks that all arrays have the shape of {@code current}.
     *
     * @throws IllegalArgumentException if the shapes differ, or the batch is smaller than these answers
     */
    public LossInputs {
        requireAlike("proximal log-probabilities", proximal, current);
        requireAlike("behaviour log-probabilities", behaviour, current);
        if (reference.length > 0) {
            requireAlike("reference log-probabilities", reference, current);
        }
        requireAlike("entropies", entropies, current);
        requireAlike("advantages", advantages, current);
        long tokens = Arrays.stream(current).mapToLong(answer -> answer.length).sum();
        long answers =
                Arrays.stream(current).filter(answer -> answer.length > 0).count();
        if (batchTokens < tokens || batchAnswers < answers) {
            throw new IllegalArgumentException("A batch of " + batchTokens + " tokens and " + batchAnswers
                    + " answers cannot hold " + tokens + " tokens and " + answers + " answers");
        }
    }

    int answers() {
        return current.length;
    }

    private static void requireAlike(String what, double[][] values, double[][] current) {
        if (values.length != current.length) {
            throw new IllegalArgumentException(
                    "There are " + current.length + " answers, and " + what + " of " + values.length);
        }
        for (int answer = 0; answer < current.length; answer++) {
            if (values[answer].length != current[answer].length) {
                throw new IllegalArgumentException("Answer " + answer + " has " + current[answer].length
                        + " tokens, but " + values[answer].length + " " + what);
            }
        }
    }
}
