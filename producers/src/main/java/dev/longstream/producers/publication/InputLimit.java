package dev.longstream.producers.publication;

import java.util.Map;
import java.util.Optional;

/**
 * Limits on the length of a prompt.
 *
 * @param maxTokens maximum length of a prompt in tokens
 * @param positions maximum length of prompt and answer together in tokens, which the model is made for
 * @param answerTokens length limit of an answer in tokens, by the split of its prompt; 0 for a split without an entry
 */
public record InputLimit(int maxTokens, int positions, Map<String, Integer> answerTokens) {
    public InputLimit {
        answerTokens = Map.copyOf(answerTokens);
    }

    /**
     * Returns why a prompt is too long; empty if it is not.
     *
     * @param tokens length of the prompt in tokens
     */
    Optional<String> refusal(int tokens, String split) {
        if (tokens > maxTokens) {
            return Optional.of("has " + tokens + " tokens, the limit is " + maxTokens);
        }
        int answer = answerTokens.getOrDefault(split, 0);
        return (long) tokens + answer > positions
                ? Optional.of("has " + tokens + " tokens and an answer may have " + answer + ", but the model has "
                        + positions + " positions")
                : Optional.empty();
    }
}
