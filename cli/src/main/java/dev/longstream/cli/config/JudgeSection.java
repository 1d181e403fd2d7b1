package dev.longstream.cli.config;

import dev.longstream.config.Problems;
import dev.longstream.producers.judge.JudgeConfig;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Who decides where the rule is too strict.
 *
 * @param url of an OpenAI-compatible server, up to and including the version, e.g. {@code http://localhost:8000/v1}; null: there is no judge
 * @param model as the server names it
 * @param apiKeyVariable environment variable that holds the server's key; null: it wants none
 * @param always ask even where the verdict cannot change the reward, to see how often rule and judge agree
 * @param rubric file with what the judge is told; null: the one that comes with Longstream
 * @param worker how a worker treats the judge
 */
public record JudgeSection(
        @Nullable String url,
        @Nullable String model,
        @Nullable String apiKeyVariable,
        boolean always,
        @Nullable Path rubric,
        JudgeConfig worker) {
    public static final JudgeSection DEFAULT = new JudgeSection(null, null, null, false, null, JudgeConfig.DEFAULT);

    public JudgeSection {
        new Problems("judge")
                .require(
                        url == null || isHttp(url),
                        "url is %s, expected an address such as http://localhost:8000/v1",
                        String.valueOf(url))
                .require(
                        url == null || (model != null && !model.isBlank()),
                        "model is %s, must be the name by which %s knows the judge",
                        String.valueOf(model),
                        String.valueOf(url))
                .require(
                        rubric == null || Files.isReadable(rubric),
                        "rubric is %s, which is no file that can be read",
                        String.valueOf(rubric))
                .require(!always || url != null, "always is true, but judge.url names no judge")
                .throwIfAny();
    }

    private static boolean isHttp(String url) {
        try {
            URI address = URI.create(url);
            return address.getHost() != null
                    && ("http".equals(address.getScheme()) || "https".equals(address.getScheme()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
