package dev.longstream.http;

import java.time.Duration;

/**
 * Says how long a question is asked again.
 *
 * @param timeout     of one attempt, from sending to the last byte of the reply
 * @param giveUpAfter how long after the first attempt no further one begins
 * @param firstDelay  before the second attempt; each further delay is twice as long, all of them shortened by chance to between half and
 *                    the whole
 * @param maxDelay    between attempts, unless the server asks for more
 * @param maxAttempts requests in all
 * @param maxUnclear  replies that are not understood, in all
 */
public record RetryPolicy(
        Duration timeout,
        Duration giveUpAfter,
        Duration firstDelay,
        Duration maxDelay,
        int maxAttempts,
        int maxUnclear) {}
