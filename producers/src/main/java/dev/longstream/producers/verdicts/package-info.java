/**
 * Answers judge requests on the log with verdicts.
 *
 * <p>Reads {@code judge-requests} through a share group, so that any number of workers shares the work; writes {@code verdicts}. A
 * call is made at least once. Its verdict is keyed by what was asked, so that a second one replaces the first. Start at {@link
 * dev.longstream.producers.verdicts.JudgeWorker}.
 */
package dev.longstream.producers.verdicts;
