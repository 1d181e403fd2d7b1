package dev.longstream.engines;

import java.util.List;

/**
 * An engine's answer of C tokens to one prompt.
 *
 * @param tokens int[C]
 * @param logProbs float[C], natural logs of the probabilities of the tokens
 * @param finish {@code stop}, {@code length} or {@code abort}
 * @param versions labels of the weights that chose the tokens, in order; the counts add up to C
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record EngineAnswer(int[] tokens, float[] logProbs, String finish, List<LabelledTokens> versions) {
    static final String ABORT = "abort";
    static final String LENGTH = "length";

    /** Consecutive tokens and the label of the weights that chose them. */
    record LabelledTokens(String label, int tokens) {}

    boolean isAborted() {
        return finish.equals(ABORT);
    }
}
