package dev.longstream.policy.training;

/**
 * What the policy thinks of given answers. Index i is the prompt, a its answer, t the answer's token.
 *
 * @param logProbs  natural log of π_T(token t of answer a of prompt i | all before it)
 * @param entropies of π_T there, in nats
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record AnswerScores(float[][][] logProbs, float[][][] entropies) {}
