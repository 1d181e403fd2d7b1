package dev.longstream.runs.config;

import dev.longstream.config.Problems;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

/**
 * Model whose right answers become demonstrations.
 *
 * @param url base URL of an OpenAI-compatible server, version included, e.g. {@code http://localhost:8000/v1}
 * @param folder model folder that the run serves itself while the teacher is asked, in place of a URL
 * @param model name of the model in requests; required with a URL; null with a folder: the folder as written here
 * @param apiKeyVariable environment variable that holds the server's API key; null: no key is sent
 * @param cacheMebibytes maximum size of the KV cache of the folder's model, in MiB
 * @param samples maximum number of answers to a question; no more are asked for after one that earns a reward
 * @param temperature sampling temperature of the teacher
 * @param maxTokens length limit of an answer in tokens, reasoning included; an answer that reaches it is discarded
 * @param inFlight maximum number of concurrent requests
 */
public record TeacherSection(
        @Nullable String url,
        @Nullable Path folder,
        @Nullable String model,
        @Nullable String apiKeyVariable,
        int cacheMebibytes,
        int samples,
        double temperature,
        int maxTokens,
        int inFlight) {
    /** Settings of a teacher that is not named yet. */
    public static final TeacherSection DEFAULT = new TeacherSection(null, null, null, null, 1024, 1, 0.6, 8192, 8);

    private static final String PATH = "demonstrations.teacher";

    /** Checks every setting; {@link DemonstrationsSection} checks that a teacher is named. */
    public TeacherSection {
        Problems problems = new Problems(PATH);
        new ModelEndpoint(PATH, url, folder, cacheMebibytes, model, apiKeyVariable).check(problems, "teacher");
        problems.require(samples >= 1, "samples is %d, must be at least 1", samples)
                .require(
                        samples <= 1 || temperature > 0,
                        "samples is %d at temperature 0, which gives the same answer every time; set temperature above 0",
                        samples)
                .require(temperature >= 0, "temperature is %s, must not be negative", temperature)
                .require(maxTokens >= 1, "max-tokens is %d, must be at least 1", maxTokens)
                .require(inFlight >= 1, "in-flight is %d, must be at least 1", inFlight)
                .throwIfAny();
    }

    /** Returns the settings of the model that teaches. */
    public ModelEndpoint endpoint() {
        return new ModelEndpoint(PATH, url, folder, cacheMebibytes, model, apiKeyVariable);
    }

    /** Returns the name of the teacher, which its answers carry. */
    public String name() {
        return endpoint().name();
    }
}
