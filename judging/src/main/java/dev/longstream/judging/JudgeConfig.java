package dev.longstream.judging;

import dev.longstream.config.Problems;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Configures requests to a judge: concurrency, timeouts and retries.
 *
 * @param inFlight maximum of requests under way at once
 * @param timeout time limit of one attempt, from sending to the last byte of the reply
 * @param giveUpAfter how long one request is retried after timeouts, refused connections and the statuses 408, 429 and
 *     5xx; then it ends without a verdict
 * @param firstDelay delay before the second attempt; each further delay is twice as long, and each is multiplied by a
 *     random factor from 0.5 to 1
 * @param longestDelay maximum delay between attempts, unless the judge requests a longer one
 * @param unclearReplies number of replies without a verdict that end a request
 * @param maxTokens maximum tokens of a reply
 * @param parameters further fields of a request's body by name, in JSON; they replace {@code temperature} (0) and
 *     {@code max_tokens}, and {@code null} leaves a field out. A server that wants another field for the limit gets
 *     {@code {max_tokens: null, max_completion_tokens: 512}}
 */
public record JudgeConfig(
        int inFlight,
        Duration timeout,
        Duration giveUpAfter,
        Duration firstDelay,
        Duration longestDelay,
        int unclearReplies,
        int maxTokens,
        Map<String, String> parameters) {
    /** Settings for a judge on one machine. */
    public static final JudgeConfig DEFAULT = new JudgeConfig(
            16,
            Duration.ofSeconds(60),
            Duration.ofMinutes(10),
            Duration.ofMillis(500),
            Duration.ofSeconds(30),
            3,
            16,
            Map.of());

    /**
     * Checks the settings.
     *
     * @throws dev.longstream.config.ConfigurationException with every problem found
     */
    public JudgeConfig {
        Map<String, String> given = new TreeMap<>();
        if (parameters != null) {
            parameters.forEach((name, value) -> given.put(name, value == null ? "null" : value)); // YAML's null
        }
        parameters = Collections.unmodifiableMap(given);
        new Problems("judge.worker")
                .require(inFlight >= 1, "in-flight is %d, must be at least 1", inFlight)
                .require(positive(timeout), "timeout is %s, must be longer than 0", timeout)
                .require(positive(giveUpAfter), "give-up-after is %s, must be longer than 0", giveUpAfter)
                .require(positive(firstDelay), "first-delay is %s, must be longer than 0", firstDelay)
                .require(
                        positive(longestDelay) && positive(firstDelay) && longestDelay.compareTo(firstDelay) >= 0,
                        "longest-delay is %s, must be at least first-delay (%s)",
                        longestDelay,
                        firstDelay)
                .require(unclearReplies >= 1, "unclear-replies is %d, must be at least 1", unclearReplies)
                .require(maxTokens >= 1, "max-tokens is %d, must be at least 1", maxTokens)
                .throwIfAny();
    }

    /** Returns a copy that allows replies of {@code tokens} tokens. */
    public JudgeConfig withReplies(int tokens) {
        return new JudgeConfig(
                inFlight,
                timeout,
                giveUpAfter,
                firstDelay,
                longestDelay,
                unclearReplies,
                Math.max(maxTokens, tokens),
                parameters);
    }

    private static boolean positive(Duration duration) {
        return duration != null && duration.toMillis() > 0;
    }
}
