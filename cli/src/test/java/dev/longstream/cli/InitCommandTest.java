package dev.longstream.cli;

import dev.longstream.cli.exit.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

class InitCommandTest {
    private static final String MODEL = Path.of("..", "models", "quickstart").toString();
    private static final String QUESTIONS =
            Path.of("..", "examples", "tutorial", "questions.jsonl").toString();

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldWriteAConfigurationThatADryRunAccepts() throws IOException {
        // Given
        String file = folder.resolve("my.yaml").toString();
        // When
        int written = run(
                "init",
                file,
                "--run",
                "village",
                "--model",
                MODEL,
                "--prompts",
                QUESTIONS,
                "--demonstrations",
                QUESTIONS);
        int dry = run("train", "--config", file, "--dry-run");
        // Then
        assertThat(written).as(err.toString()).isZero();
        assertThat(dry).as(err.toString()).isZero();
        assertThat(Files.readString(Path.of(file)))
                .contains(
                        "320 questions in longstream format",
                        "limit: 64",
                        "skip: 64",
                        "run: village",
                        "style: instructed");
        assertThat(out.toString()).contains("run: village", "phase all: 30 gradient steps");
    }

    @Test
    void shouldWriteAConfigurationWithoutAWarmUpWhenThereIsNothingToImitate() {
        // Given
        String file = folder.resolve("my.yaml").toString();
        // When
        run("init", file, "--model", MODEL, "--prompts", QUESTIONS);
        int dry = run("train", "--config", file, "--dry-run");
        // Then
        assertThat(dry).as(err.toString()).isZero();
        assertThat(out.toString()).doesNotContain("imitate demonstrations");
    }

    @Test
    void shouldDraftForTheShippedPolicyWhenNothingIsNamed() {
        // Given
        String file = folder.resolve("my.yaml").toString();
        String before = System.getProperty("longstream.home");
        System.setProperty("longstream.home", "..");
        try {
            // When
            run("init", file);
            int dry = run("train", "--config", file, "--dry-run");
            // Then
            assertThat(dry).as(err.toString()).isZero();
        } finally {
            if (before == null) {
                System.clearProperty("longstream.home");
            } else {
                System.setProperty("longstream.home", before);
            }
        }
    }

    @Test
    void shouldOverwriteAFileOnlyWhenForced() throws IOException {
        // Given
        Path file = Files.writeString(folder.resolve("my.yaml"), "mine\n");
        // Then
        assertThat(run("init", file.toString(), "--model", MODEL, "--prompts", QUESTIONS))
                .isEqualTo(ExitCode.WRONG_USE.code());
        assertThat(file).hasContent("mine\n");
        assertThat(err.toString()).contains("--force");
        assertThat(run("init", file.toString(), "--force", "--model", MODEL, "--prompts", QUESTIONS))
                .isZero();
        assertThat(file).content().startsWith("# A run of Longstream");
    }

    @Test
    void shouldSayWhenFilesHoldTooFewQuestions() throws IOException {
        // Given
        Path questions = Files.writeString(
                folder.resolve("one.jsonl"),
                "{\"id\": \"a\", \"question\": \"How many?\", \"documents\": [\"3\"], \"answer\": \"3\", \"kind\":"
                        + " \"number\"}\n");
        // When
        int exit =
                run("init", folder.resolve("my.yaml").toString(), "--model", MODEL, "--prompts", questions.toString());
        // Then
        assertThat(exit).isEqualTo(ExitCode.BAD_DATA.code());
        assertThat(err.toString()).contains("one.jsonl", "at least 2 questions");
    }

    private int run(String... arguments) {
        return Longstream.commandLine(new PrintWriter(out), new PrintWriter(err))
                .execute(arguments);
    }
}
