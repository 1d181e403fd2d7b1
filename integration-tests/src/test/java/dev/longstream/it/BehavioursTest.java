package dev.longstream.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.testing.ScriptedServer;
import dev.longstream.testing.ScriptedServer.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

import static org.assertj.core.api.Assertions.assertThat;

/** A run whose answers a judge behind HTTP looks at afterwards. It gives no counts of answers with an even word. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BehavioursTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Collection<String> messages = new ConcurrentLinkedQueue<>();
    private final ScriptedServer judge = new ScriptedServer().on("/v1/chat/completions", request -> {
        messages.add(request.message());
        boolean even = request.message().matches("(?s).*boxed\\{word\\d*[02468]\\}.*");
        return Reply.says(even ? "many" : "grounding=2 subgoals=1 backtracking=0 verification=3");
    });
    private Path folder;
    private SmallRun run;

    @BeforeAll
    void train(@TempDir Path where) throws Exception {
        folder = where;
        run = SmallRun.in(folder);
        EndedCommand.succeed(run.command("train", "tried"));
    }

    @AfterAll
    void close() {
        judge.close();
    }

    @Test
    void shouldCountASampleOnceAndShowItInReportAndPlot() throws Exception {
        // When
        JsonNode first = behaviours();
        // Then
        assertThat(first.path("byStep").findValuesAsText("step")).containsExactly("1", "4", "7", "10", "13");
        assertThat(first.path("byPhase").findValuesAsText("phase")).containsExactly("short", "long");
        int counted = 0;
        int notCounted = 0;
        for (JsonNode at : first.path("byStep")) {
            JsonNode answers = at.path("answers");
            counted += answers.path("counted").asInt();
            notCounted += answers.path("notCounted").asInt();
            assertThat(answers.path("counted").asInt()
                            + answers.path("notCounted").asInt())
                    .isEqualTo(6);
            if (answers.path("counted").asInt() > 0) {
                assertThat(answers.path("verification").asDouble()).isEqualTo(3);
            }
        }
        assertThat(counted).isPositive();
        assertThat(notCounted).isPositive();
        assertThat(report().path("behaviours")).isEqualTo(first);

        // When
        List<String> earlier = List.copyOf(messages);
        messages.clear();
        JsonNode second = behaviours();
        // Then
        assertThat(second).isEqualTo(first);
        assertThat(messages)
                .as("only what had no counts is asked again")
                .allMatch(message -> message.matches("(?s).*boxed\\{word\\d*[02468]\\}.*"));
        assertThat(earlier).containsAll(messages).hasSizeGreaterThan(messages.size());

        // When
        Path picture = folder.resolve("plot.svg");
        List<String> plot =
                new ArrayList<>(List.of("plot", "tried", "--dir", run.runs().toString()));
        plot.addAll(List.of("--out", picture.toString()));
        // Then
        EndedCommand.succeed(plot);
        assertThat(Files.readString(picture)).contains("grounding (mean count", "verification (mean count");
    }

    @Test
    void shouldSayEverythingThatIsWrongWithItsOptions() throws Exception {
        EndedCommand wrong = EndedCommand.run(
                List.of("behaviours", "tried", "--dir", run.runs().toString(), "--every", "0", "--sample", "-1"));

        assertThat(wrong.exit()).isEqualTo(2);
        assertThat(wrong.errors()).contains("--every is 0", "--sample is -1", "No judge is configured");
    }

    private JsonNode behaviours() throws Exception {
        EndedCommand counted = EndedCommand.succeed(List.of(
                "behaviours",
                "tried",
                "--dir",
                run.runs().toString(),
                "--set",
                "judge.url=" + judge.url("/v1"),
                "--set",
                "judge.model=scripted",
                "--set",
                "judge.worker.first-delay=1ms",
                "--every",
                "3",
                "--sample",
                "6",
                "--json"));
        return JSON.readTree(counted.output());
    }

    private JsonNode report() throws Exception {
        return JSON.readTree(Files.readString(run.runs().resolve("tried").resolve("report.json")));
    }
}
