package dev.longstream.evaluation.comparison;

import dev.longstream.config.Problems;
import dev.longstream.evaluation.EvaluationConfig;
import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * Settings of the requests to a teacher.
 *
 * @param samples maximum number of answers per question; the first verified answer is the last request
 * @param temperature sampling temperature of the teacher
 * @param maxTokens length limit of an answer in tokens, reasoning included; an answer that reaches it is discarded
 * @param inFlight maximum number of concurrent requests
 * @param apiKey API key, sent as a bearer token; null sends none
 * @param firstPause wait before a failed request is repeated; doubles with each further try
 */
public record TeacherOptions(
        int samples, float temperature, int maxTokens, int inFlight, @Nullable String apiKey, Duration firstPause) {
    /** Checks every option and reports all faults in one exception. */
    public TeacherOptions {
        new Problems("distill")
                .require(samples >= 1, "samples is %d, must be at least 1", samples)
                .require(
                        samples <= 1 || temperature > 0,
                        "samples is %d at temperature 0, which gives the same answer every time: set the temperature"
                                + " above 0",
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
                evaluation.profile(),
                evaluation.reward());
    }

    @Override
    public String toString() {
        return samples + " samples, temperature " + temperature + ", " + maxTokens + " tokens, " + inFlight
                + " at once";
    }
}
