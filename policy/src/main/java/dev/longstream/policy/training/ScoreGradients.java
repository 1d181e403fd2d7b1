package dev.longstream.policy.training;

import java.util.Optional;

/**
 * Derivatives of a loss by log-probabilities and entropies, in the shapes of {@link AnswerScores}.
 *
 * @param logProbs d loss / d log-probability
 * @param entropies d loss / d entropy; empty if the loss does not depend on entropies, which saves their gradient
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record ScoreGradients(float[][][] logProbs, Optional<float[][][]> entropies) {
    /** Creates the derivatives of a loss that depends on log-probabilities alone. */
    public static ScoreGradients of(float[][][] logProbs) {
        return new ScoreGradients(logProbs, Optional.empty());
    }
}
