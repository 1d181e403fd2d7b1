package dev.longstream.judging;

import dev.longstream.config.Problems;

import java.time.Duration;

/**
 * How a worker treats its judge.
 *
 * @param inFlight requests under way at once
 * @param timeout of one attempt, from sending to the last byte of the reply
 * @param giveUpAfter how long one question is asked again after timeouts, refused connections and the statuses 408, 429 and
 *     5xx; then there is no verdict
 * @param firstDelay before the second attempt; each further delay is twice as long, all of them shortened by chance to
 *     between half and the whole
 * @param longestDelay between attempts, unless the judge itself asks for more
 * @param unclearReplies so many replies that are no verdict end a question without one
 * @param maxTokens of a reply
 */
public record JudgeConfig(
        int inFlight,
        Duration timeout,
        Duration giveUpAfter,
        Duration firstDelay,
        Duration longestDelay,
        int unclearReplies,
        int maxTokens) {
    public static final JudgeConfig DEFAULT = new JudgeConfig(
            16, Duration.ofSeconds(60), Duration.ofMinutes(10), Duration.ofMillis(500), Duration.ofSeconds(30), 3, 16);

    public JudgeConfig {
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

    /** The same with room for replies of so many tokens. */
    public JudgeConfig withReplies(int tokens) {
        return new JudgeConfig(
                inFlight, timeout, giveUpAfter, firstDelay, longestDelay, unclearReplies, Math.max(maxTokens, tokens));
    }

    private static boolean positive(Duration duration) {
        return duration != null && duration.toMillis() > 0;
    }
}
