package dev.longstream.engines;

import java.util.List;
import java.util.Set;

/**
 * An engine's answer of C tokens to one prompt.
 *
 * @param tokens int[C]
 * @param logProbs float[C], natural logs of the probabilities of the tokens
 * @param finish {@code stop}, {@code length}, or why the engine ended the answer early, such as {@code abort}
 * @param versions labels of the weights that chose the tokens, in order; the counts add up to C
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record EngineAnswer(int[] tokens, float[] logProbs, String finish, List<LabelledTokens> versions) {
    private static final String STOP = "stop";
    private static final String LENGTH = "length";

    /** Consecutive tokens and the label of the weights that chose them. */
    record LabelledTokens(String label, int tokens) {}

    /** Returns whether the policy ended the answer, or the limit of its length. */
    boolean isFinished() {
        return tokens.length > 0 && Set.of(STOP, LENGTH).contains(finish);
    }

    boolean isTruncated() {
        return finish.equals(LENGTH);
    }
}
