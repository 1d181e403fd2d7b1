package dev.longstream.evaluation.comparison;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.config.ConfigurationException;
import dev.longstream.failure.UnreachableException;
import dev.longstream.failure.UnusableInputException;
import dev.longstream.runs.config.ConfigurationLoader;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.judges.Evaluators;
import dev.longstream.runs.preparation.Sources;
import dev.longstream.testing.ScriptedServer;
import dev.longstream.testing.ScriptedServer.Reply;
import dev.longstream.testing.SilentProgress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The shipped policy and a server of our own, over questions of our own. */
class ComparisonTest {
    private static final Path SHIPPED = Path.of("../models/quickstart");

    @TempDir
    Path folder;

    private final List<JsonNode> requests = new CopyOnWriteArrayList<>();
    private final SilentProgress told = new SilentProgress();
    private final ScriptedServer server = new ScriptedServer().on("/v1/chat/completions", request -> {
        requests.add(request.json());
        if (request.message().contains("Where?")) {
            return Reply.raw(400, "{\"error\": \"no\"}");
        }
        String name = request.json().path("seed").asInt() == 0 ? "Ada" : "nobody";
        return Reply.says("Therefore, the answer is " + name);
    });

    @AfterEach
    void stop() {
        server.close();
    }

    private RunConfig config(String... settings) throws IOException {
        Path questions = Files.writeString(
                folder.resolve("questions.jsonl"),
                """
                {"id": "1", "task": "people", "question": "Who wrote it?", "documents": ["Ada wrote it."], "answer": "Ada", "kind": "short-answer"}
                {"id": "2", "task": "places", "question": "Where?", "documents": ["In Bern, it is said."], "answer": "Bern", "kind": "short-answer"}
                {"id": "3", "task": "places", "question": "Trained on?", "documents": ["Yes."], "answer": "yes", "kind": "short-answer", "split": "train"}
                """);
        ConfigurationLoader loader = new ConfigurationLoader()
                .set("prompts.held-out=[{files: ['" + questions + "']}]")
                .set("model.folder=" + SHIPPED.toAbsolutePath())
                .set("evaluation.max-tokens=4")
                .set("scoring.thinking-expected=false");
        for (String setting : settings) {
            loader.set(setting);
        }
        return loader.load().config();
    }

    private List<ComparisonRow> hold(RunConfig config, int samples, boolean cut, @Nullable Path answers, String... who)
            throws InterruptedException {
        ComparisonOptions options =
                new ComparisonOptions(samples, config.evaluation().temperature(), cut, answers, 4, "secret");
        List<CandidatePolicy> candidates = List.of(who).stream()
                .map(one -> CandidatePolicy.parse(one, config.folder()))
                .toList();
        return new Comparison(Evaluators.contest(config), options, Evaluators.scorer(config), told)
                .hold(candidates, Sources.heldOut(config, told::say))
                .rows();
    }

    private String served() {
        return "served=" + server.url("/v1#m");
    }

    @Test
    void shouldAskAJudgeOnceAndOnlyWhereTheRuleDidNotGiveAll() throws Exception {
        // Given
        // The rule accepts the answer "Ada"; the judge accepts "nobody" as well.
        List<String> judged = new CopyOnWriteArrayList<>();
        server.on("/judge/v1/chat/completions", request -> {
            judged.add(request.message());
            return Reply.says("[[YES]]");
        });
        String[] settings = {
            "evaluation.reward=max",
            "evaluation.temperature=0.7",
            "dir=" + folder.resolve("runs"),
            "judge.model=kind",
            "judge.url=" + server.url("/judge/v1")
        };
        // When
        List<ComparisonRow> rows = hold(config(settings), 2, false, null, served());
        List<ComparisonRow> again = hold(config(settings), 2, false, null, served());
        // Then
        assertThat(rows.get(0).reward()).isEqualTo(1.0);
        assertThat(judged).hasSize(1).allMatch(message -> message.contains("nobody"));
        assertThat(again).isEqualTo(rows);
        assertThat(hold(config("evaluation.temperature=0.7"), 2, false, null, served())
                        .get(0)
                        .reward())
                .as("by the rule alone")
                .isEqualTo(0.5);
    }

    @Test
    void shouldCountAnAnswerWithoutAVerdictAsNoneAndNotAsZero() throws Exception {
        // Given
        server.on("/judge/v1/chat/completions", request -> Reply.raw(400, ""));
        // When
        List<ComparisonRow> rows = hold(
                config(
                        "evaluation.reward=max",
                        "evaluation.temperature=0.7",
                        "dir=" + folder.resolve("runs"),
                        "judge.model=broken",
                        "judge.url=" + server.url("/judge/v1")),
                2,
                false,
                null,
                served());
        // Then
        // "Ada" is right by the rule; "nobody" has no reward.
        assertThat(rows.get(0).counts().unscored()).isEqualTo(1);
        assertThat(rows.get(0).reward()).isEqualTo(1.0);
    }

    @Test
    void shouldPutAModelAndAServerInOneTableAndCountWhatFailed() throws Exception {
        List<ComparisonRow> rows =
                hold(config("evaluation.temperature=0.7"), 2, false, null, "shipped=" + SHIPPED, served());

        assertThat(rows)
                .extracting(row ->
                        row.candidate() + " " + row.set() + " " + row.counts().questions() + " "
                                + row.counts().attempts() + " " + row.counts().failed())
                .containsExactly(
                        "shipped people 1 2 0",
                        "shipped places 1 2 0",
                        "shipped all 2 4 0",
                        "shipped mean of sets 2 4 0",
                        "served people 1 2 0",
                        "served places 1 2 2",
                        "served all 2 4 2");
        ComparisonRow served = rows.get(6);
        assertThat(served.reward()).isEqualTo(0.5);
        assertThat(served.failedAsZero()).isEqualTo(0.25);
        assertThat(served.pass().get(2).mean()).isEqualTo(1);
        assertThat(String.join("\n", told.said())).contains("HTTP 400").doesNotContain("secret");
        assertThat(requests)
                .allSatisfy(
                        request -> assertThat(request.path("model").asText()).isEqualTo("m"));
    }

    @Test
    void shouldAskAServerSeveralQuestionsAtOnce() throws Exception {
        // Given
        // The server answers no question before two are there.
        CyclicBarrier two = new CyclicBarrier(2);
        server.on("/waiting/v1/chat/completions", request -> {
            try {
                two.await(30, TimeUnit.SECONDS);
                return Reply.says("Ada");
            } catch (Exception e) {
                return Reply.raw(400, "");
            }
        });

        List<ComparisonRow> rows = hold(config(), 1, false, null, served().replace("/v1", "/waiting/v1"));

        assertThat(rows.get(2).counts().attempts()).isEqualTo(2);
        assertThat(rows.get(2).counts().failed()).isZero();
    }

    @Test
    void shouldStopWhenAServerAnswersNothingAndKeepNoZeros() throws Exception {
        server.on("/locked/v1/chat/completions", request -> Reply.raw(401, ""));

        assertThatThrownBy(() -> hold(
                        config("evaluation.temperature=0.7"), 8, false, null, served().replace("/v1", "/locked/v1")))
                .isInstanceOf(UnreachableException.class)
                .hasMessageContaining("answered none of 10 requests in a row; the last one failed with: HTTP 401");
    }

    @Test
    void shouldAskOnlyWhatHasNoAnswerWhenItGoesOn() throws Exception {
        // Given
        RunConfig config = config("evaluation.temperature=0.7");
        Path answers = folder.resolve("answers.jsonl");
        List<ComparisonRow> first = hold(config, 2, false, answers, served());
        Files.writeString(answers, "{\"candidate\":\"half a li", StandardOpenOption.APPEND);
        requests.clear();
        // When
        List<ComparisonRow> second = hold(config, 2, false, answers, served());
        // Then
        assertThat(second).isEqualTo(first);
        assertThat(requests).hasSize(2).allSatisfy(request -> assertThat(
                        request.at("/messages/0/content").asText())
                .contains("Where?"));
    }

    @Test
    void shouldCutTheMiddleOutOrCountAPromptThatIsTooLong() throws Exception {
        RunConfig config = config("prompts.max-tokens=30", "evaluation.temperature=0.7");

        List<ComparisonRow> refused = hold(config, 1, false, null, served());
        assertThat(refused.get(2).counts().failed()).isEqualTo(2);
        assertThat(requests).isEmpty();

        hold(config, 1, true, null, served());
        assertThat(requests).isNotEmpty().allSatisfy(request -> assertThat(
                        request.at("/messages/0/content").asText())
                .startsWith("Read the text")
                .endsWith("\".")
                .doesNotContain("</text>"));
    }

    @Test
    void shouldRefuseSamplesThatAreAllTheSameAndCandidatesThatAreNone() throws IOException {
        RunConfig config = config();

        assertThatThrownBy(() -> new ComparisonOptions(8, 0, false, null, 1, null))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("temperature");
        assertThatThrownBy(() -> CandidatePolicy.parse("x=nowhere", config.folder()))
                .isInstanceOf(UnusableInputException.class)
                .hasMessageContaining("[LABEL=]FOLDER");
        assertThatThrownBy(() -> CandidatePolicy.parse("http://host/v1", config.folder()))
                .hasMessageContaining("URL#MODEL");
        assertThatThrownBy(() -> CandidatePolicy.parse("@7", config.folder()))
                .hasMessageContaining("no policy version 7");
    }
}
