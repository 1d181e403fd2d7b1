/**
 * Answers judge requests on the log with verdicts.
 *
 * <p>Reads {@code judge-requests} through a share group, so that any number of workers shares the work; writes
 * {@code verdicts}. Calls to the judge are at-least-once. A verdict's key is the digest of its request, so that a
 * second verdict replaces the first. Start at {@link dev.longstream.producers.verdicts.JudgeWorker}.
 */
package dev.longstream.producers.verdicts;
