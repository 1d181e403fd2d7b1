package dev.longstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.cli.exit.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

class ScoreCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    @Test
    void shouldSayWhatWasExtractedAndWhatItEarned() {
        int exit = score(
                "--kind",
                "number",
                "--gold",
                "12.5",
                "--answer",
                "Therefore, the answer is 12.51.",
                "--set",
                "scoring.thinking-expected=false");

        assertThat(exit).isEqualTo(ExitCode.DONE.code());
        assertThat(out.toString()).contains("reward 1.0", "extracted: 12.51", "by rule: equals the gold 12.5");
    }

    @Test
    void shouldScoreEveryLineOfAFile() throws IOException {
        Path file = Files.writeString(
                folder.resolve("answers.jsonl"),
                """
                {"kind": "short-answer", "gold": "BBB+", "answer": "The answer is BBB-."}
                {"kind": "multiple-choice", "golds": ["B"], "answer": "The correct answer is (B).", "options": {"A": "x", "B": "y"}}
                """);

        score("--file", file.toString(), "--json", "--set", "scoring.thinking-expected=false");

        JsonNode rows = new ObjectMapper().readTree(out.toString());
        assertThat(rows.findValuesAsText("reward")).containsExactly("0.0", "1.0");
        assertThat(rows.get(1).path("extracted").asText()).isEqualTo("B");
    }

    @Test
    void shouldNamePlaceAndFormOfALineThatIsWrong() throws IOException {
        Path file = Files.writeString(folder.resolve("answers.jsonl"), "{\"kind\": \"number\"}\n");

        assertThat(score("--file", file.toString())).isEqualTo(ExitCode.BAD_DATA.code());
        assertThat(err.toString()).contains("answers.jsonl:1 is", "expected kind, gold or golds, answer");
    }

    private int score(String... options) {
        String[] arguments = new String[options.length + 1];
        arguments[0] = "score";
        System.arraycopy(options, 0, arguments, 1, options.length);
        return Longstream.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(arguments);
    }
}
