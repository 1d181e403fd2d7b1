package dev.longstream.trainer.batch;

import dev.longstream.policy.training.PromptAnswers;

import java.util.List;

/**
 * The answers to one prompt that are trained on.
 *
 * @param groupId the assignment
 * @param phaseIndex of the assignment
 * @param prompt int[P], token ids of the rendered prompt
 * @param temperature at which the answers were sampled
 * @param answers by sample index; those without an advantage are left out
 */
public record TrainingGroup(
        String groupId, int phaseIndex, int[] prompt, float temperature, List<TrainingAnswer> answers) {
    public TrainingGroup {
        answers = List.copyOf(answers);
    }

    /** What the policy sees of it. */
    public PromptAnswers promptAnswers() {
        return new PromptAnswers(
                prompt, answers.stream().map(TrainingAnswer::tokens).toList());
    }

    /** Some of its answers. */
    public TrainingGroup slice(int from, int to) {
        return new TrainingGroup(groupId, phaseIndex, prompt, temperature, answers.subList(from, to));
    }
}
