package dev.longstream.trainer.objective;

import java.util.Arrays;

/**
 * What a loss is computed from, for the N answers of one micro-batch, or of the whole batch where the loss asks for it
 * ({@link Objective#needsWholeBatch}). Ragged: C(i) = tokens of answer i.
 *
 * @param current double[N][C], log π(token | prefix), the one that is differentiated
 * @param proximal double[N][C], what the importance ratio is taken to; see {@link Proximal}
 * @param behaviour double[N][C], log μ(token | prefix), as sampled; NaN where it was not recorded
 * @param reference double[N][C], log-probabilities under the policy that KL is a penalty against; no rows without one
 * @param entropies double[N][C], of π at the token, in nats
 * @param advantages double[N][C]; usually the same at every token of an answer
 * @param batchTokens answer tokens of the whole batch, of which this may be a part
 * @param batchAnswers answers of the whole batch; whether empty ones count is for the caller to say
 * @param negativesMasked whether AEPO masked answers with a negative advantage in the step before
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

    /** @throws IllegalArgumentException if the shapes differ or the batch is smaller than this part of it */
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
