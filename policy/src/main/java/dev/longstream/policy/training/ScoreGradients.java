package dev.longstream.policy.training;

import java.util.Optional;

/**
 * What a loss says of the scores it was given: its derivatives, in the shape of {@link AnswerScores}.
 *
 * @param logProbs d loss / d log-probability
 * @param entropies d loss / d entropy; empty: the loss does not look at entropies, and nothing is computed for them
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record ScoreGradients(float[][][] logProbs, Optional<float[][][]> entropies) {
    /** Of a loss on log-probabilities alone. */
    public static ScoreGradients of(float[][][] logProbs) {
        return new ScoreGradients(logProbs, Optional.empty());
    }
}
