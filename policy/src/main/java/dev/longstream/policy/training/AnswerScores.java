package dev.longstream.policy.training;

/**
 * Log-probabilities and entropies of the policy at every token of given answers. Index i is the prompt, a its answer, t
 * the answer's token.
 *
 * @param logProbs float[i][a][t], natural log of π_T(token t of answer a of prompt i | all tokens before it)
 * @param entropies float[i][a][t], entropy of π_T at that token, in nats
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record AnswerScores(float[][][] logProbs, float[][][] entropies) {}
