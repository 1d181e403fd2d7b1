package dev.longstream.evaluation.comparison;

import dev.longstream.config.Problems;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

/**
 * How a comparison is held, beside what the run's configuration says of answers.
 *
 * @param samples answers to each question
 * @param temperature they are drawn at
 * @param cutMiddle whether the middle of a prompt that is longer than {@code prompts.max-tokens} is cut out, as LongBench's evaluation
 *     does; otherwise such a prompt is a failure, and counted
 * @param answers file that attempts are kept in, and taken from when they are there already; null: none
 * @param inFlight questions that a server is asked at once
 * @param apiKey sent to servers as a bearer token; null: none
 */
public record ComparisonOptions(
        int samples,
        float temperature,
        boolean cutMiddle,
        @Nullable Path answers,
        int inFlight,
        @Nullable String apiKey) {
    public ComparisonOptions {
        new Problems("eval")
                .require(samples >= 1, "samples is %d, must be at least 1", samples)
                .require(
                        samples <= 1 || temperature > 0,
                        "samples is %d at temperature 0, which gives the same answer every time: set"
                                + " evaluation.temperature above 0",
                        samples)
                .require(inFlight >= 1, "in-flight is %d, must be at least 1", inFlight)
                .throwIfAny();
    }

    @Override
    public String toString() {
        return samples + " samples, middle " + (cutMiddle ? "cut" : "not cut");
    }
}
