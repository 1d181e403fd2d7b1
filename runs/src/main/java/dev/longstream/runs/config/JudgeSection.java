package dev.longstream.runs.config;

import dev.longstream.config.Problems;
import dev.longstream.judging.JudgeConfig;
import dev.longstream.judging.JudgeContract;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Language model that judges answers where the rules are too strict.
 *
 * @param url base URL of an OpenAI-compatible server, version included, e.g. {@code http://localhost:8000/v1}; with
 *     contract {@code reward} the complete address
 * @param contract form of a request to the URL: a chat, or a question to an external reward function
 * @param folder model folder that the judge's own process serves, in place of a URL; without URL and folder there is no
 *     judge
 * @param cacheMebibytes maximum size of the KV cache of the folder's model, in MiB
 * @param model name of the model in requests and in verdicts; required with a URL; null with a folder: the folder as
 *     written here
 * @param apiKeyVariable environment variable that holds the server's API key; null: no key is sent
 * @param always whether the judge is asked even where its verdict cannot change the reward, to measure how often rules
 *     and judge agree
 * @param rubric file with the instructions to the judge; null: the rubric that comes with Longstream
 * @param worker limits and retries of a judge worker's requests
 */
public record JudgeSection(
        @Nullable String url,
        JudgeContract contract,
        @Nullable Path folder,
        int cacheMebibytes,
        @Nullable String model,
        @Nullable String apiKeyVariable,
        boolean always,
        @Nullable Path rubric,
        JudgeConfig worker) {
    public static final JudgeSection DEFAULT =
            new JudgeSection(null, JudgeContract.CHAT, null, 1024, null, null, false, null, JudgeConfig.DEFAULT);

    public JudgeSection {
        new Problems("judge")
                .require(
                        url == null || isHttp(url),
                        "url is %s, expected an address such as http://localhost:8000/v1",
                        String.valueOf(url))
                .require(contract != null, "contract is missing, expected chat or reward")
                .require(
                        contract != JudgeContract.REWARD || (url != null && rubric == null),
                        "contract is reward, which has a url and is told no rubric, but judge.url is %s and judge.rubric is %s",
                        String.valueOf(url),
                        String.valueOf(rubric))
                .require(
                        url == null || folder == null,
                        "url is %s and judge.folder is %s: one of them is the judge",
                        String.valueOf(url),
                        String.valueOf(folder))
                .require(
                        folder == null || Files.isDirectory(folder),
                        "folder is %s, which is no folder; expected a model in Hugging Face's layout",
                        String.valueOf(folder))
                .require(cacheMebibytes >= 1, "cache-mebibytes is %d, must be at least 1", cacheMebibytes)
                .require(
                        apiKeyVariable == null || folder == null,
                        "api-key-variable is %s, but the server of judge.folder wants no key",
                        String.valueOf(apiKeyVariable))
                .require(
                        model == null || !model.isBlank(),
                        "model is blank, expected the name by which the judge is known")
                .require(
                        url == null || (model != null && !model.isBlank()),
                        "model is %s, must be the name by which %s knows the judge",
                        String.valueOf(model),
                        String.valueOf(url))
                .require(
                        rubric == null || Files.isReadable(rubric),
                        "rubric is %s, which is no file that can be read",
                        String.valueOf(rubric))
                .require(
                        !always || url != null || folder != null,
                        "always is true, but neither judge.url nor judge.folder names a judge")
                .throwIfAny();
    }

    /** Returns whether a judge is configured, by URL or by folder. */
    public boolean present() {
        return source().isPresent();
    }

    /** Returns where the judge runs; empty without a judge. */
    public Optional<JudgeSource> source() {
        if (url != null) {
            return Optional.of(new JudgeSource.Server(URI.create(url), contract, apiKeyVariable));
        }
        return Optional.ofNullable(folder).map(model -> new JudgeSource.Folder(model, cacheMebibytes));
    }

    /** Returns the name that verdicts carry: the model, or else the folder. It has no meaning without a judge. */
    public String name() {
        return model == null ? String.valueOf(folder) : model;
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
