/**
 * Scores an answer against its golds (reference answers) by rule: pure functions of strings, without Kafka and without
 * a clock.
 *
 * <p>Reads a model's text, golds and options; returns a {@link dev.longstream.rewards.rules.RuleVerdict}. A rule is
 * precise rather than generous: an answer that it cannot settle scores 0 and is left to a judge, so that max(rule,
 * judge) (QwenLong-L1, Eq 12 to 14) never pays for a lucky match. An answer passes through {@code AnswerPart} (the text
 * after the thought), {@code Statement} (the words after the last lead-in or in the last box) and one rule for its
 * kind. Start at {@link dev.longstream.rewards.rules.RuleRewards}.
 *
 * <p>Classes named {@code Released…} are the rules of QwenLong-L1's released code (commit 38d0806), without its judge:
 * {@code profile: qwenlong-l1-compat}. They were written from its behaviour and reproduce every score of its column in
 * the golden cases, wrong ones included. All of them read their text from {@code ReleasedAnswer}. The released code
 * expects golds that are sentences and reads them as it reads answers; our golds are bare values and are put into such
 * a sentence first. It uses the first gold only.
 *
 * <p>Every pattern here runs in time linear in its input, because a model under optimisation can write any text.
 */
package dev.longstream.rewards.rules;
