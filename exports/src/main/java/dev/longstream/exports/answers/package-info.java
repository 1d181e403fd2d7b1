/**
 * Files for training other models on a run's answers: SFT on the good ones, and preferences between the best and the worst of a
 * group. Start at {@link dev.longstream.exports.answers.AnswerExport}.
 *
 * <p>Reads {@code groups}, {@code groups.rejected}, {@code trajectories}, {@code prompts} and {@code documents}.
 */
package dev.longstream.exports.answers;
