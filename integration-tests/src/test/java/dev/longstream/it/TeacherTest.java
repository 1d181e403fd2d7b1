package dev.longstream.it;

import dev.longstream.failure.UnusableInputException;
import dev.longstream.log.EventLog;
import dev.longstream.record.Demonstration;
import dev.longstream.runs.config.ConfigurationLoader;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.failure.InterruptedRunException;
import dev.longstream.runs.preparation.Preparation;
import dev.longstream.testing.ScriptedServer;
import dev.longstream.testing.ScriptedServer.Reply;
import dev.longstream.testing.SilentProgress;
import dev.longstream.testing.TestBroker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import static dev.longstream.testing.TestBroker.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A run whose demonstrations come from a teacher. */
class TeacherTest {
    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @TempDir
    private Path folder;

    private final ScriptedServer server = new ScriptedServer()
            .on(
                    "/v1/chat/completions",
                    request -> Reply.says(
                            request.message().contains("Who")
                                    ? "Therefore, the answer is Ada."
                                    : "Therefore, the answer is nowhere."));

    @AfterEach
    void stop() {
        server.close();
    }

    private ResolvedConfig config(String run, String... settings) throws IOException {
        Path questions = Files.writeString(
                folder.resolve("questions.jsonl"),
                """
                {"id": "1", "question": "Who wrote it?", "documents": ["Ada wrote it."], "answer": "Ada", "kind": "short-answer"}
                {"id": "2", "question": "Where?", "documents": ["In Bern, it is said."], "answer": "Bern", "kind": "short-answer"}
                {"id": "3", "question": "Who is asked later?", "documents": ["Ada."], "answer": "Ada", "kind": "short-answer"}
                {"id": "4", "question": "Who read it?", "documents": ["Ada read it."], "answer": "Ada", "kind": "short-answer"}
                """);
        Path heldOut = Files.writeString(
                folder.resolve("held-out.jsonl"),
                """
                {"id": "9", "question": "Who is asked later?", "documents": ["Others."], "answer": "Ada", "kind": "short-answer"}
                """);
        ConfigurationLoader loader = new ConfigurationLoader()
                .set("model.folder=" + Path.of("../models/quickstart").toAbsolutePath())
                .set("dir=" + folder.resolve("runs"))
                .set("run=" + run)
                .set("prompts.held-out=[{files: ['" + heldOut + "']}]")
                .set("prompts.train=[{files: ['" + questions + "']}]")
                .set("demonstrations.sources=[]")
                .set("demonstrations.teacher.url=" + server.url("/v1"))
                .set("demonstrations.teacher.model=wise")
                .set("demonstrations.teacher.in-flight=1")
                .set("scoring.thinking-expected=false");
        for (String setting : settings) {
            loader.set(setting);
        }
        ResolvedConfig resolved = loader.load();
        Files.createDirectories(resolved.config().folder());
        return resolved;
    }

    @Test
    void shouldImitateTheAnswersThatEarnARewardAndSayWhichDoNot() throws Exception {
        // Given
        EventLog log = BROKER.newRun("taught", 1);
        SilentProgress progress = new SilentProgress();
        // When
        List<String> refused = new Preparation(config("taught"), log, progress).publish();
        // Then
        assertThat(values(log, log.topics().demonstrations()))
                .extracting(Demonstration::getPromptId)
                .containsExactlyInAnyOrder("1", "4");
        assertThat(refused)
                .anyMatch(
                        line -> line.contains("questions.jsonl:2") && line.contains("earns a reward by the run's own"))
                .anyMatch(line -> line.contains("question 3 is held out"));
        assertThat(progress.said()).anyMatch(line -> line.contains("2 of 3 questions earn a reward"));
        assertThat(server.requests()).hasSize(3).noneMatch(request -> request.message()
                .contains("asked later"));
    }

    @Test
    void shouldAskNothingTwiceWhenItWasEndedBetweenTwoAnswers() throws Exception {
        // Given
        EventLog log = BROKER.newRun("killed", 1);
        AtomicInteger checks = new AtomicInteger();
        Preparation killed = new Preparation(config("killed"), log, new SilentProgress(), () -> {
            if (checks.incrementAndGet() > 5 && server.requests().size() == 2) {
                throw new InterruptedRunException("Ctrl-C");
            }
        });
        assertThatThrownBy(killed::publish).isInstanceOf(InterruptedRunException.class);
        assertThat(server.requests()).hasSize(2);
        assertThat(values(log, log.topics().demonstrations())).isEmpty();
        // When
        new Preparation(config("killed"), log, new SilentProgress()).publish();
        new Preparation(config("killed"), log, new SilentProgress()).publish();
        // Then
        assertThat(server.requests()).hasSize(3).doesNotHaveDuplicates();
        assertThat(values(log, log.topics().demonstrations())).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void shouldEndWhenNoAnswerEarnsAReward() throws Exception {
        EventLog log = BROKER.newRun("untaught", 1);
        ResolvedConfig config = config("untaught", "scoring.thinking-expected=true");
        assertThatThrownBy(() -> new Preparation(config, log, new SilentProgress()).publish())
                .isInstanceOf(UnusableInputException.class)
                .hasMessageContaining("None of the answers of the teacher wise")
                .hasMessageContaining("taught.jsonl.answers.jsonl");
    }
}
