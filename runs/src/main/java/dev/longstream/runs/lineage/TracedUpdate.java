package dev.longstream.runs.lineage;

import dev.longstream.log.Topic;
import dev.longstream.record.Step;
import org.jspecify.annotations.Nullable;

/**
 * Metrics of a gradient step, a selection of its record.
 *
 * @param place place of the record in {@code steps}
 * @param finishedAt time at which the step was durable, ISO 8601
 * @param loss value of the objective before an update, mean over updates
 * @param reward mean reward over trajectories
 * @param entropy mean entropy of π, in nats
 * @param klToInitial estimate of KL(π ‖ reference policy); null: not measured
 * @param stalenessMean mean staleness over tokens, in gradient steps
 * @param clipFraction share of tokens whose gradient the clip removed
 * @param gradientNorm global 2-norm before clipping
 */
public record TracedUpdate(
        TracedPlace place,
        String finishedAt,
        double loss,
        double reward,
        double entropy,
        @Nullable Double klToInitial,
        double stalenessMean,
        double clipFraction,
        double gradientNorm) {

    static TracedUpdate of(Topic<Step> topic, FoundRecord<Step> found) {
        Step step = found.value();
        return new TracedUpdate(
                TracedPlace.of(topic, found.place()),
                step.getFinishedAt().toString(),
                step.getLoss(),
                step.getReward(),
                step.getEntropy(),
                step.getKlToInitial(),
                step.getStalenessMean(),
                step.getClipFraction(),
                step.getGradientNorm());
    }
}
