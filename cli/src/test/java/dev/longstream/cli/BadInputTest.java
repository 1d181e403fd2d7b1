package dev.longstream.cli;

import dev.longstream.cli.exit.ExitCode;
import dev.longstream.runs.folder.PublishedQuestions;
import dev.longstream.runs.folder.PublishedQuestions.SplitCount;
import dev.longstream.testing.TestBroker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Commands with wrong input: each prints one message, ends with the right exit code and shows no stack trace. */
class BadInputTest {
    private static final Path MODEL = Path.of("..", "models", "quickstart");

    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldSayWhichBrokerDoesNotAnswer() {
        assertThat(run(
                        "status",
                        "--bootstrap",
                        "nowhere.invalid:9092",
                        "--registry",
                        BROKER.address().registryUrl()))
                .isEqualTo(ExitCode.UNREACHABLE.code());

        saysInOneMessage("No Kafka broker answers at nowhere.invalid:9092", "--bootstrap");
    }

    @Test
    void shouldSayWhichRegistryDoesNotAnswer() {
        assertThat(run(
                        "status",
                        "--bootstrap",
                        BROKER.address().bootstrapServers(),
                        "--set",
                        "log.properties-file=" + BROKER.clientProperties(),
                        "--registry",
                        "http://127.0.0.1:1"))
                .isEqualTo(ExitCode.UNREACHABLE.code());

        saysInOneMessage("No schema registry answers at http://127.0.0.1:1", "--registry");
    }

    @Test
    void shouldNameTheModelFoldersMissingTokenizer() throws IOException {
        Path model = Files.createDirectory(folder.resolve("model"));
        try (Stream<Path> files = Files.list(MODEL)) {
            for (Path file :
                    files.filter(file -> !file.endsWith("tokenizer.json")).toList()) {
                Files.copy(file, model.resolve(file.getFileName()));
            }
        }

        assertThat(publish("no-tokenizer", model, question("a", "which?", "text")))
                .isEqualTo(ExitCode.BAD_DATA.code());

        saysInOneMessage(model.resolve("tokenizer.json").toString(), "no such file");
    }

    @Test
    void shouldTakeTheCorrectedConfigurationWhenAFileWasMissing() throws IOException {
        Path absent = folder.resolve("absent.jsonl");

        assertThat(publish(
                        "corrected",
                        MODEL,
                        "--set",
                        "demonstrations.written=[" + absent + "]",
                        "--set",
                        "warm-up.steps=1",
                        question("a", "which?", "text")))
                .isEqualTo(ExitCode.BAD_DATA.code());

        saysInOneMessage(absent + ": there is no such file");
        assertThat(publish("corrected", MODEL, question("a", "which?", "text")))
                .as(err.toString())
                .isZero();
    }

    @Test
    void shouldLeaveOutAPromptThatIsTooLongAndKeepWhichAndWhy() throws IOException {
        String refused = "train.jsonl:2: prompt b has ";

        assertThat(publish(
                        "too-long",
                        MODEL,
                        question("a", "which?", "short"),
                        question("b", "which?", "word ".repeat(200))))
                .as(err.toString())
                .isZero();

        assertThat(out.toString()).contains("1 were refused");
        assertThat(folder.resolve("runs/too-long/refused.txt")).content().contains(refused, "the limit is 128");
    }

    @Test
    void shouldLeaveOutAPromptWithoutRoomForItsAnswerAndCountThoseOfEachSplit() throws IOException {
        assertThat(publish(
                        "no-room",
                        MODEL,
                        "--set",
                        "sampling.max-tokens=2000",
                        "--set",
                        "evaluation.max-tokens=2047",
                        question("a", "which?", "short"),
                        question("b", "which?", "word ".repeat(60))))
                .as(err.toString())
                .isZero();

        assertThat(folder.resolve("runs/no-room/refused.txt"))
                .content()
                .contains("prompt b has ", "an answer may have 2000, but the model has 2048 positions")
                .contains("prompt held-out has ", "an answer may have 2047");
        assertThat(PublishedQuestions.in(folder.resolve("runs/no-room"))
                        .orElseThrow()
                        .splits())
                .isEqualTo(Map.of("train", new SplitCount(1, 1), "held-out", new SplitCount(0, 1)));
    }

    @Test
    void shouldNameTopicKeyAndLimitOfARecordThatIsTooLarge() throws IOException {
        String large = "x".repeat(17 << 20); // a producer checks the size before it compresses

        assertThat(publish(
                        "too-large",
                        MODEL,
                        "--set",
                        "prompts.max-tokens=10000000",
                        question("large-one", large, "text")))
                .isEqualTo(ExitCode.BAD_DATA.code());

        saysInOneMessage("The record large-one", "too-large.prompts", "16777216");
    }

    /** Questions put on the log of a run of their own; words before them are options. */
    private int publish(String run, Path model, String... optionsAndQuestions) throws IOException {
        List<String> words = new ArrayList<>(List.of(
                "prompts",
                "publish",
                "--run",
                run,
                "--dir",
                folder.resolve("runs").toString(),
                "--model",
                model.toString(),
                "--prompts",
                folder.resolve("train.jsonl").toString(),
                "--held-out",
                folder.resolve("held-out.jsonl").toString(),
                "--bootstrap",
                BROKER.address().bootstrapServers(),
                "--registry",
                BROKER.address().registryUrl(),
                "--set",
                "log.properties-file=" + BROKER.clientProperties(),
                "--set",
                "warm-up.steps=0",
                "--set",
                "prompts.max-tokens=128",
                "--set",
                "phases=[{name: all, longer-than: 0, up-to: 128, steps: 1}]"));
        List<String> questions = new ArrayList<>();
        for (String word : optionsAndQuestions) {
            (word.startsWith("{") ? questions : words).add(word);
        }
        Files.write(folder.resolve("train.jsonl"), questions);
        Files.writeString(folder.resolve("held-out.jsonl"), question("held-out", "which else?", "other"));
        return run(words.toArray(String[]::new));
    }

    private static String question(String id, String question, String document) {
        return "{\"id\": \"%s\", \"question\": \"%s\", \"documents\": [\"%s\"], \"answer\": \"x\", \"kind\": \"short-answer\"}"
                .formatted(id, question, document);
    }

    private void saysInOneMessage(String... parts) {
        assertThat(err.toString()).contains(parts).containsOnlyOnce("error:").doesNotContain("\tat ");
    }

    private int run(String... arguments) {
        return Longstream.commandLine(new PrintWriter(out), new PrintWriter(err))
                .execute(arguments);
    }
}
