package dev.longstream.trainer.objective;

/**
 * What a loss is computed from, for the N answers of one micro-batch. Ragged: C(i) = tokens of answer i.
 *
 * @param current double[N][C], log π(token | prefix), the one that is differentiated
 * @param behaviour double[N][C], log μ(token | prefix), as sampled; of the same shape
 * @param advantages double[N][C], reward relative to the group; usually the same at every token of an answer
 * @param batchTokens answer tokens of the whole batch, of which this may be a part
 * @param batchAnswers answers of the whole batch; whether empty ones count is for the caller to say
 */
public record LossInputs(
        double[][] current, double[][] behaviour, double[][] advantages, long batchTokens, long batchAnswers) {

    /** @throws IllegalArgumentException if the shapes differ or the batch is smaller than this part of it */
    public LossInputs {
        requireAlike("behaviour log-probabilities", behaviour, current);
        requireAlike("advantages", advantages, current);
        long tokens = 0;
        long answers = 0;
        for (double[] answer : current) {
            tokens += answer.length;
            answers += answer.length == 0 ? 0 : 1;
        }
        if (batchTokens < tokens || batchAnswers < answers) {
            throw new IllegalArgumentException("A batch of " + batchTokens + " tokens and " + batchAnswers
                    + " answers cannot hold " + tokens + " tokens and " + answers + " answers");
        }
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
