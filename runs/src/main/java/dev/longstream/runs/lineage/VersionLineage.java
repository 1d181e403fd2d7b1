package dev.longstream.runs.lineage;

import dev.longstream.log.Topic;
import dev.longstream.record.Evaluation;
import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * A policy version with the step that made it and what it was used for.
 *
 * @param version the version
 * @param madeBy step that made it; null: reinforcement learning began with it
 * @param answers scored answers with tokens that it sampled
 * @param evaluations its evaluations
 * @param missing what is not on the log, with the reason, one line each
 */
public record VersionLineage(
        TracedVersion version,
        @Nullable MakingStep madeBy,
        List<SampledPart> answers,
        List<TracedEvaluation> evaluations,
        List<String> missing) {

    /**
     * The step that made a policy version.
     *
     * @param run name of the run whose log holds it
     * @param batch number of the batch that it consumed
     * @param update metrics of the step
     */
    public record MakingStep(String run, long batch, TracedUpdate update) {}

    /**
     * An answer with tokens of a version.
     *
     * @param id group id, {@code #} and sample index
     * @param place place of the answer in {@code trajectories}
     * @param tokens number of its tokens that the version sampled
     * @param completionTokens number of all its completion tokens
     * @param reward reward of the answer; null: the outcome has none
     */
    public record SampledPart(
            String id, TracedPlace place, int tokens, int completionTokens, @Nullable Double reward) {}

    /**
     * An evaluation on held-out questions.
     *
     * @param place place of the record in {@code evaluations}
     * @param label role of the version in the run
     * @param set name of the question set
     * @param questions number of questions answered and scored
     * @param reward mean reward
     * @param standardError standard error of the mean reward
     */
    public record TracedEvaluation(
            TracedPlace place, String label, String set, int questions, double reward, double standardError) {
        static TracedEvaluation of(Topic<Evaluation> topic, FoundRecord<Evaluation> found) {
            Evaluation evaluation = found.value();
            return new TracedEvaluation(
                    TracedPlace.of(topic, found.place()),
                    evaluation.getLabel(),
                    evaluation.getSet(),
                    evaluation.getQuestions(),
                    evaluation.getReward(),
                    evaluation.getStandardError());
        }
    }
}
