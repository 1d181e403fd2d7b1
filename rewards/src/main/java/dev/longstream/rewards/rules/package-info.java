/**
 * Scores an answer against its golds by rule: pure functions of strings, without Kafka and without a clock.
 *
 * <p>Reads a model's text, golds and options; gives a {@link dev.longstream.rewards.rules.RuleVerdict}. A rule is precise
 * rather than generous: what it cannot settle scores 0 and is left to a judge, so that max(rule, judge) (QwenLong-L1, Eq 12 to 14)
 * never pays for a lucky match. The way of an answer: {@code AnswerPart} (what follows the thought) → {@code Statement} (what is
 * said after the last lead-in or in the last box) → one rule for each kind of answer. Start at
 * {@link dev.longstream.rewards.rules.RuleRewards}.
 *
 * <p>Classes named {@code Released…} are the rules of QwenLong-L1's released code (commit 38d0806), judge off: {@code profile:
 * qwenlong-l1-compat}. Written from its behaviour; every score of its column in the golden cases is reproduced, also where it is wrong.
 * {@code ReleasedAnswer} is what all three look at. That code expects golds that are sentences and reads them as it reads answers;
 * ours are bare values, which are put into such a sentence first. It knows one gold: the first.
 *
 * <p>Every pattern here runs in time linear in its input: answers are written by a model under optimisation and can be anything.
 */
package dev.longstream.rewards.rules;
