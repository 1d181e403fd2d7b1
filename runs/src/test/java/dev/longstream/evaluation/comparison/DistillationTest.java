package dev.longstream.evaluation.comparison;

import dev.longstream.config.ConfigurationException;
import dev.longstream.failure.UnreachableException;
import dev.longstream.questions.DemonstrationFiles;
import dev.longstream.questions.ImportedPrompt;
import dev.longstream.questions.WrittenDemonstration;
import dev.longstream.runs.config.ConfigurationLoader;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.judges.Evaluators;
import dev.longstream.runs.preparation.Sources;
import dev.longstream.testing.ScriptedServer;
import dev.longstream.testing.ScriptedServer.Reply;
import dev.longstream.testing.SilentProgress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A teacher of our own, over questions of our own. */
class DistillationTest {
    @TempDir
    Path folder;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private volatile Function<String, Reply> teacher =
            message -> Reply.says("Therefore, the answer is " + (message.contains("Who") ? "Ada" : "nowhere"));
    private final ScriptedServer server = new ScriptedServer().on("/v1/chat/completions", request -> {
        asked.add(request.message());
        return teacher.apply(request.message());
    });

    @AfterEach
    void stop() {
        server.close();
    }

    private RunConfig config(boolean thinking, String... settings) throws IOException {
        Path questions = Files.writeString(
                folder.resolve("questions.jsonl"),
                """
                {"id": "1", "question": "Who wrote it?", "documents": ["Ada wrote it."], "answer": "Ada", "kind": "short-answer"}
                {"id": "2", "question": "Where?", "documents": ["In Bern, it is said."], "answer": "Bern", "kind": "short-answer"}
                {"id": "3", "question": "Who is asked later?", "documents": ["Ada."], "answer": "Ada", "kind": "short-answer"}
                """);
        Path heldOut = Files.writeString(
                folder.resolve("held-out.jsonl"),
                """
                {"id": "9", "question": "Who is asked later?", "documents": ["Others."], "answer": "Ada", "kind": "short-answer"}
                """);
        ConfigurationLoader loader = new ConfigurationLoader()
                .set("model.folder=" + Path.of("../models/quickstart").toAbsolutePath())
                .set("prompts.style=instructed")
                .set("prompts.held-out=[{files: ['" + heldOut + "']}]")
                .set("demonstrations.sources=[{files: ['" + questions + "']}]")
                .set("scoring.thinking-expected=" + thinking);
        for (String setting : settings) {
            loader.set(setting);
        }
        return loader.load().config();
    }

    private Distillation.DistillationOutcome distill(RunConfig config, int samples) throws InterruptedException {
        CandidatePolicy.ServerCandidate who = (CandidatePolicy.ServerCandidate)
                CandidatePolicy.parse(server.url("/v1#wise").toString(), config.folder());
        TeacherOptions options = new TeacherOptions(samples, 0.6f, 64, 1, null, Duration.ofMillis(1));
        List<ImportedPrompt> prompts = Sources.toDemonstrate(config, refused::add);
        return new Distillation(
                        Evaluators.contest(config), who, options, Evaluators.verification(config), new SilentProgress())
                .distill(prompts, out())
                .outcome();
    }

    private Path out() {
        return folder.resolve("taught.jsonl");
    }

    private List<WrittenDemonstration> taught() {
        return DemonstrationFiles.read(List.of(out())).demonstrations();
    }

    @Test
    void shouldKeepWhatTheRuleVerifiesAndAskNothingThatIsHeldOut() throws Exception {
        Distillation.DistillationOutcome outcome = distill(config(false), 2);

        assertThat(outcome).isEqualTo(new Distillation.DistillationOutcome(2, 3, 1, 1, 0, 0));
        assertThat(refused).singleElement().asString().contains("question 3 is held out");
        assertThat(asked).noneMatch(message -> message.contains("asked later"));
        assertThat(taught()).singleElement().satisfies(kept -> {
            assertThat(kept.prompt().get(0).content()).contains("Who wrote it?", "Ada wrote it.");
            assertThat(kept.answer()).isEqualTo("Therefore, the answer is Ada");
            assertThat(kept.source()).isEqualTo("taught.jsonl:1 (wise on questions.jsonl:1)");
        });
    }

    @Test
    void shouldAskNothingTwice() throws Exception {
        distill(config(false), 1);
        int before = asked.size();

        assertThat(distill(config(false), 1)).isEqualTo(new Distillation.DistillationOutcome(2, 0, 1, 1, 0, 0));

        assertThat(asked).hasSize(before);
        assertThat(taught()).hasSize(1);
    }

    @Test
    void shouldGoOnWithAThoughtWhereThePolicyHasOneAndLeaveItOutElsewhere() throws Exception {
        teacher = message -> Reply.says("Therefore, the answer is Ada", "Ada wrote it, it says.");

        distill(config(true), 1);
        assertThat(taught().get(0).answer()).isEqualTo("Ada wrote it, it says.</think>Therefore, the answer is Ada");

        Files.delete(out());
        distill(config(false), 1);
        assertThat(taught().get(0).answer()).isEqualTo("Therefore, the answer is Ada");
    }

    @Test
    void shouldRepeatWhatABusyServerRefused() throws Exception {
        Function<String, Reply> ready = teacher;
        teacher = message -> asked.size() % 2 == 1 ? Reply.raw(429, "") : ready.apply(message);

        assertThat(distill(config(false), 1)).isEqualTo(new Distillation.DistillationOutcome(2, 2, 1, 1, 0, 0));

        assertThat(asked).hasSize(4);
    }

    @Test
    void shouldStopWhenTheTeacherIsGoneAndGoOnLater() throws Exception {
        Function<String, Reply> ready = teacher;
        teacher = message -> Reply.raw(503, "");
        assertThatThrownBy(() -> distill(config(false), 10))
                .isInstanceOf(UnreachableException.class)
                .hasMessageContaining("wise at " + server.url("/v1"))
                .hasMessageContaining("answered none of 10 requests in a row; the last one failed with: HTTP 503");
        assertThat(out()).doesNotExist();
        teacher = ready;

        assertThat(distill(config(false), 1).verified()).isEqualTo(1);
    }

    @Test
    void shouldSayThatFewQuestionsWereAllRefusedAndLeaveTheFileAsItIs() throws Exception {
        Files.writeString(out(), "earlier");
        teacher = message -> Reply.raw(401, "");

        assertThatThrownBy(() -> distill(config(false), 1))
                .isInstanceOf(UnreachableException.class)
                .hasMessageContaining("answered none of 2 requests in a row; the last one failed with: HTTP 401");
        assertThat(out()).hasContent("earlier");
    }

    @Test
    void shouldAskAgainWhatHasAnotherTextUnderTheSameId() throws Exception {
        distill(config(false), 1);
        int before = asked.size();
        RunConfig config = config(false);
        Path questions = folder.resolve("questions.jsonl");
        Files.writeString(questions, Files.readString(questions).replace("Where?", "Who else?"));

        assertThat(distill(config, 1).asked()).isEqualTo(1);
        assertThat(asked).hasSize(before + 1);
    }

    @Test
    void shouldNotAskWhatThePolicyWouldNotBeAsked() throws Exception {
        Distillation.DistillationOutcome outcome = distill(config(false, "prompts.max-tokens=20"), 1);

        assertThat(outcome).isEqualTo(new Distillation.DistillationOutcome(0, 0, 0, 0, 0, 2));
        assertThat(asked).isEmpty();
    }

    @Test
    void shouldSayEveryProblemOfTheOptions() {
        assertThatThrownBy(() -> new TeacherOptions(0, -1, 0, 0, null, Duration.ZERO))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll("samples is 0", "temperature is -1", "max-tokens is 0", "in-flight is 0");
    }
}
