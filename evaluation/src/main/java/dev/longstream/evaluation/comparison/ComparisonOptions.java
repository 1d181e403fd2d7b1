package dev.longstream.evaluation.comparison;

import dev.longstream.config.Problems;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

/**
 * Options of a comparison that are not part of the run's configuration.
 *
 * @param samples number of answers per question
 * @param temperature sampling temperature
 * @param cutMiddle whether a prompt above {@code prompts.max-tokens} is shortened by cutting out its middle, as in
 *     LongBench's evaluation; otherwise such a prompt counts as a failure
 * @param answers file that stores the answers, so that an interrupted comparison can continue; null stores none
 * @param inFlight maximum number of questions that a server answers at a time
 * @param apiKey API key for servers, sent as a bearer token; null sends none
 */
public record ComparisonOptions(
        int samples,
        float temperature,
        boolean cutMiddle,
        @Nullable Path answers,
        int inFlight,
        @Nullable String apiKey) {
    /** Checks every option and reports all faults in one exception. */
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
