package dev.longstream.evaluation.comparison;

import dev.longstream.config.Problems;
import dev.longstream.evaluation.EvaluationConfig;
import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * How a teacher is asked.
 *
 * @param samples requests a question, at most: the first verified answer ends them
 * @param temperature the teacher draws at
 * @param maxTokens of an answer, its thought included; a longer one is cut off and not kept
 * @param inFlight requests at once
 * @param apiKey sent as a bearer token; null: none
 * @param firstPause before a request is repeated
 */
public record TeacherOptions(
        int samples, float temperature, int maxTokens, int inFlight, @Nullable String apiKey, Duration firstPause) {
    public TeacherOptions {
        new Problems("distill")
                .require(samples >= 1, "samples is %d, must be at least 1", samples)
                .require(
                        samples <= 1 || temperature > 0,
                        "samples is %d at temperature 0, which gives the same answer every time",
                        samples)
                .require(temperature >= 0, "temperature is %s, must not be negative", temperature)
                .require(maxTokens >= 1, "max-tokens is %d, must be at least 1", maxTokens)
                .require(inFlight >= 1, "in-flight is %d, must be at least 1", inFlight)
                .throwIfAny();
    }

    EvaluationConfig sampling(EvaluationConfig evaluation) {
        return new EvaluationConfig(
                temperature,
                evaluation.topP(),
                maxTokens,
                evaluation.lengths(),
                evaluation.every(),
                evaluation.reward());
    }

    @Override
    public String toString() {
        return samples + " samples, temperature " + temperature + ", " + maxTokens + " tokens, " + inFlight
                + " at once";
    }
}
