package dev.longstream.runs.passes;

import dev.longstream.record.Question;
import dev.longstream.runs.config.PhaseSection;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.streams.curriculum.PhaseEnd;
import dev.longstream.streams.curriculum.PromptChoice;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Questions that a difficulty pass measures, with the number and the length of answers to each.
 *
 * @param pass name of the pass, for {@code phases[].difficulty-of}
 * @param samples number of answers per prompt
 * @param maxTokens length limit of an answer in tokens
 * @param which training questions that are measured
 */
public record MeasuredPrompts(String pass, int samples, int maxTokens, Predicate<Question> which) {

    /** Returns a pass over all training questions. */
    public static MeasuredPrompts all(String pass, int samples, int maxTokens) {
        return new MeasuredPrompts(pass, samples, maxTokens, question -> true);
    }

    /**
     * Returns the pass that a run makes at the end of a phase. It measures the questions that later phases choose by it; the
     * first of these phases limits the length of the answers.
     *
     * @param ended name of the phase
     * @throws IllegalArgumentException if the run makes no pass then
     */
    static MeasuredPrompts after(String ended, RunConfig config) {
        List<PhaseSection> phases = config.scheduledPhases();
        PhaseSection phase = phases.stream()
                .filter(one -> one.name().equals(ended))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no phase " + ended));
        Integer samples = phase.end().difficultySamples();
        if (samples == null) {
            throw new IllegalArgumentException("phase " + ended + " has no difficulty-samples");
        }
        String pass = PhaseEnd.pass(ended);
        int[] users = IntStream.range(0, phases.size())
                .filter(index -> pass.equals(phases.get(index).prompts().difficultyOf()))
                .toArray();
        int maxTokens = users.length == 0 ? config.sampling().maxTokens() : config.maxTokensOf(phases.get(users[0]));
        return new MeasuredPrompts(pass, samples, maxTokens, question -> {
            int inputTokens = config.inputLength().of(question);
            return IntStream.of(users).anyMatch(index -> uses(phases, index, inputTokens));
        });
    }

    /** Returns whether a phase chooses a question of this length by its difficulty. */
    private static boolean uses(List<PhaseSection> phases, int index, int inputTokens) {
        PromptChoice choice = phases.get(index).prompts();
        boolean isOwn = phases.get(index).takes(inputTokens);
        return isOwn
                ? choice.choosesByRewards()
                : choice.retrospective().share() > 0
                        && phases.subList(0, index).stream().anyMatch(earlier -> earlier.takes(inputTokens));
    }
}
