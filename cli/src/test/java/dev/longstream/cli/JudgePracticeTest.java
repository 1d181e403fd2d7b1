package dev.longstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.judging.JudgeCases;
import dev.longstream.questions.DemonstrationFiles;
import dev.longstream.questions.WrittenDemonstration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class JudgePracticeTest {
    private static final String RUNS_OWN = "What is tower 0 called?";

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void writeQuestions() throws IOException {
        List<String> questions = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            questions.add(
                    """
                    {"id": "q%1$d", "question": "What is tower %1$d called?", "documents": [{"title": "", "text": "Near Bell Hill stands Tower N%1$d, built by Ann Reed."}], "answers": ["Tower N%1$d", "N%1$d"], "kind": "short-answer", "task": "t"}"""
                            .formatted(i));
        }
        Files.write(folder.resolve("questions.jsonl"), questions);
        Files.writeString(folder.resolve("own.jsonl"), questions.get(0));
        Files.writeString(
                folder.resolve("one-answer.jsonl"),
                """
                {"id": "a", "question": "How many?", "documents": [{"title": "", "text": "There are 3."}], "answers": ["3"], "kind": "number", "task": "t"}
                """);
    }

    @Test
    void shouldMakeDemonstrationsAndCasesOfQuestionsThatAreNotTheRuns() throws IOException {
        // When
        assertThat(practice("questions.jsonl", "--json")).as(err.toString()).isZero();
        // Then
        JsonNode said = new ObjectMapper().readTree(out.toString());
        assertThat(said.path("questions").asInt()).isEqualTo(40);
        assertThat(said.path("of-the-run").asInt()).isEqualTo(1);
        var told = DemonstrationFiles.read(List.of(folder.resolve("practice/demonstrations.jsonl")));
        var cases = JudgeCases.read(folder.resolve("practice/cases.jsonl"));
        assertThat(told.refused()).isEmpty();
        assertThat(told.demonstrations()).hasSize(said.path("demonstrations").asInt());
        assertThat(cases).hasSize(said.path("cases").asInt());
        // 39 questions, two answers each, as many of the one kind as of the other; six questions are for the check
        assertThat(told.demonstrations()).hasSize(33 * 4);
        assertThat(told.demonstrations().stream().filter(one -> one.answer().equals("[[YES]]")))
                .hasSize(33 * 2);
        assertThat(told.demonstrations())
                .extracting(WrittenDemonstration::answer)
                .containsOnly("[[YES]]", "[[NO]]");
        assertThat(told.demonstrations())
                .allSatisfy(one -> assertThat(one.prompt().get(0).content())
                        .contains("You compare answers to the same question", "=====")
                        .doesNotContain(RUNS_OWN));
        assertThat(cases).noneMatch(one -> one.question().equals(RUNS_OWN));
        assertThat(cases).hasSize(6 * 4);
    }

    @Test
    void shouldSayWhatItExpectsWhereNoQuestionGivesACase() {
        assertThat(practice("one-answer.jsonl")).isEqualTo(ExitCode.BAD_DATA.code());
        assertThat(err.toString()).contains("expected questions with several accepted short answers");
        assertThat(folder.resolve("practice")).doesNotExist();
    }

    @Test
    void shouldRefuseAShareThatLeavesAFileEmpty() {
        assertThat(practice("questions.jsonl", "--check-share", "1")).isEqualTo(ExitCode.WRONG_USE.code());
        assertThat(err.toString()).contains("--check-share is 1.0, must be in (0, 1)");
    }

    private int practice(String file, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "judge",
                "practice",
                folder.resolve(file).toString(),
                "--out",
                folder.resolve("practice").toString(),
                "--set",
                "prompts.train=[{files: ['" + folder.resolve("own.jsonl") + "']}]"));
        arguments.addAll(List.of(more));
        return Longstream.commandLine(new PrintWriter(out), new PrintWriter(err))
                .execute(arguments.toArray(String[]::new));
    }
}
