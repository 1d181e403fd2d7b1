package dev.longstream.http;

import java.time.Duration;

/**
 * Limits and delays of the attempts of one request.
 *
 * @param timeout time limit of one attempt, from sending to the last byte of the reply
 * @param giveUpAfter time after the first attempt at which no further attempt begins
 * @param firstDelay delay before the second attempt; each further delay is twice as long. A random factor from 0.5 to 1 shortens
 *     every delay
 * @param maxDelay longest delay, unless the server names a longer one
 * @param maxAttempts maximum number of attempts
 * @param maxUnclear maximum number of replies that cannot be parsed
 */
public record RetryPolicy(
        Duration timeout,
        Duration giveUpAfter,
        Duration firstDelay,
        Duration maxDelay,
        int maxAttempts,
        int maxUnclear) {}
