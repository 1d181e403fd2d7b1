package dev.longstream.runs.config;

import dev.longstream.config.Problems;
import dev.longstream.judging.JudgeConfig;
import dev.longstream.judging.JudgeContract;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Who decides where the rule is too strict.
 *
 * @param url of an OpenAI-compatible server, up to and including the version, e.g. {@code http://localhost:8000/v1}
 * @param contract what is sent to the url: a chat, or a question to a reward of somebody else's, whose url is the whole address
 * @param folder of a model that is served by the judge's own process, in place of a url; where both are null there is no judge
 * @param cacheMebibytes most memory for keys and values of the folder's model
 * @param model as the server names it; null with a folder: the folder, as it is written here. Verdicts are known by it
 * @param apiKeyVariable environment variable that holds the server's key; null: it wants none
 * @param always ask even where the verdict cannot change the reward, to see how often rule and judge agree
 * @param rubric file with what the judge is told; null: the one that comes with Longstream
 * @param worker how a worker treats the judge
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

    /** Whether there is one. */
    public boolean present() {
        return url != null || folder != null;
    }

    /** What its verdicts are known by; nobody asks where there is no judge. */
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
