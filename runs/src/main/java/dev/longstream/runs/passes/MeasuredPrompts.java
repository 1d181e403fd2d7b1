package dev.longstream.runs.passes;

import dev.longstream.record.Question;
import dev.longstream.runs.config.PhaseSection;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.streams.curriculum.PhaseEnd;
import dev.longstream.streams.curriculum.PromptChoice;

import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Names a difficulty pass and says which questions it measures, with how many answers of which length.
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
     * Returns the pass that a run makes at the end of a phase: over the questions that later phases choose by it, as long as
     * the first of these phases allows.
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
        OptionalInt first = IntStream.of(users).findFirst();
        Integer own = first.isEmpty() ? null : phases.get(first.getAsInt()).maxTokens();
        return new MeasuredPrompts(
                pass, samples, Objects.requireNonNullElse(own, config.sampling().maxTokens()), question -> IntStream.of(
                                users)
                        .anyMatch(index ->
                                uses(phases, index, config.inputLength().of(question))));
    }

    private static boolean uses(List<PhaseSection> phases, int index, int inputTokens) {
        PromptChoice choice = phases.get(index).prompts();
        boolean isOwn = phases.get(index).takes(inputTokens);
        return isOwn
                ? choice.choosesByRewards()
                : choice.retrospective().share() > 0
                        && phases.subList(0, index).stream().anyMatch(earlier -> earlier.takes(inputTokens));
    }
}
