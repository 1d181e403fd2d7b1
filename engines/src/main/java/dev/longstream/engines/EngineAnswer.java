package dev.longstream.engines;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
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

    /**
     * Reads which labels tokens have.
     *
     * @param spans {@code [{"version": …, "start": …, "end": …}, …]}, which must cover all tokens
     * @param route route of the reply, for messages
     */
    static List<LabelledTokens> versions(JsonNode spans, int tokens, String route) {
        List<LabelledTokens> versions = new ArrayList<>();
        int end = 0;
        for (JsonNode span : spans) {
            if (span.path("start").asInt(-1) != end || span.path("end").asInt(-1) < end) {
                break;
            }
            versions.add(new LabelledTokens(
                    span.path("version").asText(), span.path("end").asInt() - end));
            end = span.path("end").asInt();
        }
        if (end != tokens) {
            throw new EngineException(
                    200, route + ": weight_versions covers " + end + " of " + tokens + " tokens of the reply");
        }
        return versions;
    }

    /** Returns whether the policy ended the answer, or the limit of its length. */
    boolean isFinished() {
        return tokens.length > 0 && Set.of(STOP, LENGTH).contains(finish);
    }

    boolean isTruncated() {
        return finish.equals(LENGTH);
    }
}
