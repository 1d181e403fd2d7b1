/**
 * Several policies, sets of questions and samples in one table, without a log.
 *
 * <p>A {@link dev.longstream.cli.contest.Contestant} is a model folder, a version of a run or a server; an
 * {@link dev.longstream.cli.contest.Attempt} is one answer or the reason why there is none. {@code AnswerFile} keeps attempts, so that a
 * contest that was interrupted asks nothing twice; {@link dev.longstream.cli.contest.Standing} is the arithmetic of a row, and
 * {@link dev.longstream.cli.contest.ContestTable} prints rows. Start at {@link dev.longstream.cli.contest.Contest}.
 */
package dev.longstream.cli.contest;
