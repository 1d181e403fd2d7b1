package dev.longstream.http;

import java.time.Duration;

/**
 * Limits that keep a server alive whatever its clients do. A request beyond one is refused before its body is read.
 *
 * @param maxThreads requests that are answered at the same time
 * @param maxWaiting complete requests that wait for a thread; a further one is refused with status 503
 * @param maxConnections open connections; further ones wait unaccepted
 * @param maxBodyBytes largest body in bytes; a larger one is refused with status 413
 * @param requestTime time that a client has to send a request; a slower one is refused with status 408. A connection without a
 *     request is closed after the same time
 * @param answerTime time from the end of a request to the end of its answer; after it the connection is closed
 */
public record ServerLimits(
        int maxThreads,
        int maxWaiting,
        int maxConnections,
        int maxBodyBytes,
        Duration requestTime,
        Duration answerTime) {}
