package dev.longstream.streams.curriculum;

import dev.longstream.config.Problems;

/**
 * One part of the curriculum: prompts in a range of lengths, for a number of gradient steps.
 *
 * @param name name of the phase, for people
 * @param longerThan lower bound of the prompt's length in tokens, exclusive
 * @param upTo upper bound of the prompt's length in tokens, inclusive
 * @param steps gradient steps
 * @param sampling how answers are sampled
 * @param prompts which prompts the phase attempts, and in which order
 * @param end conditions that end the phase before its last step, and the measurement at its end
 */
public record Phase(
        String name, int longerThan, int upTo, int steps, AnswerSampling sampling, PromptChoice prompts, PhaseEnd end) {
    public Phase {
        Problems problems = new Problems("curriculum.phases[" + name + "]")
                .require(!name.isBlank(), "name is empty, must say what the phase is")
                .require(longerThan >= 0, "longer-than is %d tokens, must not be negative", longerThan)
                .require(upTo > longerThan, "up-to is %d tokens, must be above longer-than, %d", upTo, longerThan)
                .require(steps >= 1, "steps is %d, must be at least 1", steps);
        sampling.check(problems);
        problems.throwIfAny();
    }

    /** All prompts of its lengths and no others, shuffled, for so many steps. */
    public Phase(
            String name, int longerThan, int upTo, int steps, float temperature, float topP, int topK, int maxTokens) {
        this(
                name,
                longerThan,
                upTo,
                steps,
                new AnswerSampling(temperature, topP, topK, maxTokens),
                PromptChoice.DEFAULT,
                PhaseEnd.AFTER_ITS_STEPS);
    }

    /** Returns whether a prompt of {@code inputTokens} tokens is in the phase's range of lengths. */
    public boolean takes(int inputTokens) {
        return inputTokens > longerThan && inputTokens <= upTo;
    }
}
