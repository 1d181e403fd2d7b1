package dev.longstream.runs.config;

import dev.longstream.config.Problems;
import dev.longstream.judging.JudgeConfig;
import dev.longstream.judging.JudgeContract;
import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.Path;

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
        Problems problems = new Problems("judge");
        new ModelEndpoint("judge", url, folder, cacheMebibytes, model, apiKeyVariable).check(problems, "judge");
        problems.require(contract != null, "contract is missing, expected chat or reward")
                .require(
                        contract != JudgeContract.REWARD || (url != null && rubric == null),
                        "contract is reward, which has a url and is told no rubric, but judge.url is %s and judge.rubric is %s",
                        String.valueOf(url),
                        String.valueOf(rubric))
                .require(
                        rubric == null || Files.isReadable(rubric),
                        "rubric is %s, which is no file that can be read",
                        String.valueOf(rubric))
                .require(
                        !always || url != null || folder != null,
                        "always is true, but neither judge.url nor judge.folder names a judge")
                .throwIfAny();
    }

    /** Returns the settings of the model that judges. */
    public ModelEndpoint endpoint() {
        return new ModelEndpoint("judge", url, folder, cacheMebibytes, model, apiKeyVariable);
    }

    /** Returns whether a judge is configured, by URL or by folder. */
    public boolean present() {
        return endpoint().present();
    }

    /** Returns the name that verdicts carry: the model, or else the folder. It has no meaning without a judge. */
    public String name() {
        return endpoint().name();
    }
}
