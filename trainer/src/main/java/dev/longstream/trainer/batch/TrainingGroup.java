package dev.longstream.trainer.batch;

import dev.longstream.policy.training.PromptAnswers;

import java.util.List;

/**
 * The answers to one prompt that are trained on.
 *
 * @param groupId id of the assignment
 * @param phaseIndex index of its phase
 * @param prompt int[P], token ids of the rendered prompt
 * @param temperature sampling temperature of the answers
 * @param answers answers with an advantage, by sample index
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record TrainingGroup(
        String groupId, int phaseIndex, int[] prompt, float temperature, List<TrainingAnswer> answers) {
    public TrainingGroup {
        answers = List.copyOf(answers);
    }

    /** Returns prompt and answers as the policy reads them. */
    public PromptAnswers promptAnswers() {
        return new PromptAnswers(
                prompt, answers.stream().map(TrainingAnswer::tokens).toList());
    }

    /** Returns the group without the answers that the length limit cut. */
    TrainingGroup withoutTruncated() {
        return new TrainingGroup(
                groupId,
                phaseIndex,
                prompt,
                temperature,
                answers.stream().filter(answer -> !answer.truncated()).toList());
    }

    /** Returns the group with the answers {@code from} to {@code to - 1} only. */
    public TrainingGroup slice(int from, int to) {
        return new TrainingGroup(groupId, phaseIndex, prompt, temperature, answers.subList(from, to));
    }
}
