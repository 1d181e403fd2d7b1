package dev.longstream.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.policy.model.TorchModule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class LongstreamTest {
    private static final String SHIPPED = Path.of("..", "models", "quickstart").toString();

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine line = Longstream.commandLine(new PrintWriter(out), new PrintWriter(err));

    @Test
    void shouldMentionEveryCommandAndExitCodeInTheHelp() {
        assertThat(run("--help")).isZero();

        assertThat(line.getSubcommands().keySet())
                .contains(
                        "doctor",
                        "init",
                        "train",
                        "fork",
                        "rewind",
                        "replay",
                        "diff",
                        "ablate",
                        "difficulty",
                        "behaviours",
                        "plot",
                        "run",
                        "status",
                        "topics",
                        "inspect",
                        "lineage",
                        "audit",
                        "control",
                        "eval",
                        "serve",
                        "judge",
                        "prompts",
                        "completion")
                .allSatisfy(name -> assertThat(out.toString()).contains(name));
        for (ExitCode exit : ExitCode.values()) {
            assertThat(out.toString())
                    .contains(Integer.toString(exit.code()), exit.meaning().split(" ")[0]);
        }
    }

    @Test
    void shouldTakePartsOfAPlotAsTheHelpWritesThem() {
        assertThat(run("plot", "one", "two", "--by", "length", "--dir", folder.toString()))
                .isEqualTo(ExitCode.WRONG_USE.code());
        assertThat(err.toString()).contains("There is no run in " + folder);

        assertThat(run("plot", "one", "--by", "colour")).isEqualTo(ExitCode.WRONG_USE.code());
        assertThat(err.toString()).contains("colour");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "train",
                "run",
                "status",
                "topics",
                "inspect",
                "lineage",
                "diff",
                "audit",
                "control",
                "promote",
                "eval",
                "fork",
                "rewind",
                "replay",
                "difficulty",
                "behaviours"
            })
    void shouldTeachWithExamplesAndOfferJson(String command) {
        assertThat(run(command, "--help")).isZero();

        assertThat(out.toString()).contains("Examples:", "longstream " + command, "--json", "--config", "--set");
    }

    @Test
    void shouldSayThatThereIsNoRunToForkOrToGoBackIn() {
        assertThat(run("fork", "none", "--at", "3", "--as", "new", "--dir", folder.toString()))
                .isEqualTo(ExitCode.WRONG_USE.code());
        assertThat(err.toString()).contains("There is no run none in " + folder);

        assertThat(run("rewind", "none", "--to", "3", "--dir", folder.toString()))
                .isEqualTo(ExitCode.WRONG_USE.code());
        assertThat(run("fork", "none", "--at", "3", "--as", "new", "--run", "other"))
                .isEqualTo(ExitCode.WRONG_USE.code());
        assertThat(err.toString()).contains("name the new run with --as");
    }

    @Test
    void shouldTraceOneRecordOfOneRun() {
        assertThat(run("lineage", "--dir", folder.toString())).isEqualTo(ExitCode.WRONG_USE.code());
        assertThat(err.toString()).contains("--step=N", "--document=DIGEST");

        assertThat(run("lineage", "one", "--version", "3", "--dir", folder.toString()))
                .isEqualTo(ExitCode.WRONG_USE.code());
        assertThat(err.toString()).contains("There is no run in " + folder);

        assertThat(run("lineage", "-h")).isZero();
    }

    @Test
    void shouldPrintItsVersionAndJava() {
        assertThat(run("--version")).isZero();

        assertThat(out.toString()).startsWith("longstream ").contains("Java " + Runtime.version());
    }

    @Test
    void shouldEndWithTwoWhenUsedWrongly() {
        assertThat(run("trian")).isEqualTo(2);
        assertThat(err.toString()).contains("trian", "train");
        assertThat(run("train", "--seed", "many")).isEqualTo(2);
        assertThat(run("run", "cook")).isEqualTo(2);
        assertThat(err.toString()).contains("There is no role 'cook'", "registry, curriculum, rollouts");
    }

    @Test
    void shouldSayEveryProblemOfAConfigurationAndStartNothing() throws IOException {
        Path file = Files.writeString(folder.resolve("run.yaml"), "group-sise: 3\nbatch-size: 0\n");

        assertThat(run(
                        "train",
                        "--config",
                        file.toString(),
                        "--dir",
                        folder.resolve("runs").toString()))
                .isEqualTo(2);

        assertThat(err.toString()).contains("did you mean group-size?", "batch-size is 0");
        assertThat(folder.resolve("runs")).doesNotExist();
    }

    @Test
    void shouldPrintThePlanAndStartNothingWhenRunDry() {
        Path runs = folder.resolve("runs");

        assertThat(run("train", "--dry-run", "--model", SHIPPED, "--dir", runs.toString(), "--seed", "5"))
                .isZero();

        assertThat(out.toString())
                .contains("seed: 5", "phase short: 30 gradient steps", "a gradient step reads up to", "# digest ");
        assertThat(runs).doesNotExist();
    }

    @Test
    void shouldEndWithFiveWhenRunDryOnAFolderWithoutAModel() {
        assertThat(run("train", "--dry-run", "--model", folder.toString())).isEqualTo(5);

        assertThat(err.toString()).contains("config.json");
    }

    @Test
    void shouldPlanNoPhaseWhereOnlyTheWarmUpIsWanted() {
        assertThat(run("train", "--dry-run", "--warm-up-only", "--model", SHIPPED))
                .isZero();
        assertThat(out.toString()).contains("imitate demonstrations").doesNotContain("phase short:");

        assertThat(run("train", "--dry-run", "--warm-up-only", "--model", SHIPPED, "--set", "warm-up.steps=0"))
                .isEqualTo(2);
    }

    @Test
    void shouldPrintThePlanAsJson() throws IOException {
        assertThat(run("train", "--dry-run", "--json", "--model", SHIPPED)).isZero();

        assertThat(new ObjectMapper()
                        .readTree(out.toString())
                        .at("/configuration/group-size")
                        .asInt())
                .isEqualTo(8);
    }

    @Test
    void shouldEndWithFiveWhenTheModelFolderIsMissing() {
        assertThat(run("eval", "--model", folder.resolve("none").toString())).isEqualTo(5);

        assertThat(err.toString()).contains("There is no model folder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "topics", "audit"})
    void shouldSayThatThereIsNoRunAndMakeNone(String command) {
        assertThat(run(command, "--dir", folder.resolve("none").toString())).isEqualTo(2);

        assertThat(err.toString()).contains("There is no run in");
        assertThat(folder.resolve("none")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status",
                "topics",
                "audit",
                "prune",
                "dead-letters list",
                "dead-letters show --offset 3",
                "dead-letters put-back --offset 3",
                "lineage --version 3",
                "compare --with strict",
                "promote --shadow strict",
                "export --to jsonl"
            })
    void shouldTakeTheNameOfARunAsAWordAndNotTwice(String command) {
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        words.addAll(List.of("one", "--dir", folder.toString()));

        assertThat(run(words.toArray(String[]::new))).isEqualTo(ExitCode.WRONG_USE.code());
        assertThat(err.toString()).contains("There is no run in " + folder);

        words.addAll(List.of("--run", "two"));
        assertThat(run(words.toArray(String[]::new))).isEqualTo(ExitCode.WRONG_USE.code());
        assertThat(err.toString()).contains("named twice");
    }

    @Test
    void shouldPrintACompletionScript() {
        assertThat(run("completion")).isZero();

        assertThat(out.toString()).contains("complete -F", "longstream", "train");
    }

    @Test
    void shouldSayWhatComesOfFilesWithoutPublishing() throws IOException {
        Path file = Files.writeString(
                folder.resolve("questions.jsonl"),
                """
                {"id": "a", "question": "How many?", "documents": [{"title": "", "text": "There are 3."}], "answers": ["3"], "kind": "number", "task": "t"}
                {"id": "b", "question": "How many?",
                """);

        assertThat(run("prompts", "import", file.toString(), "--dry-run")).isZero();

        assertThat(out.toString()).contains("questions.jsonl", "questions.jsonl:2", "Nothing was published");
    }

    @Test
    void shouldEndWithTwoWhenTheFolderOfRunsHasAComma() {
        Path runs = folder.resolve("runs,2026");

        assertThat(run("train", "--model", SHIPPED, "--dir", runs.toString())).isEqualTo(2);

        assertThat(err.toString()).contains(runs.toString(), "comma", "--dir");
        assertThat(runs.resolve("stack")).doesNotExist();
    }

    @Test
    void shouldEndWithThreeWhenThePortToServeOnIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = Integer.toString(taken.getLocalPort());

            assertThat(run("serve", SHIPPED, "--port", port)).isEqualTo(ExitCode.IN_USE.code());

            assertThat(err.toString()).contains("127.0.0.1:" + port, "in use", "--port");
        }
    }

    @Test
    void shouldEvaluateWithTheConfigurationOfARunWithoutItsTrainingFiles() throws IOException {
        Path questions = Files.writeString(
                folder.resolve("held-out.jsonl"),
                """
                {"id": "a", "question": "How many?", "documents": [{"title": "", "text": "There are 3."}], "answers": ["3"], "kind": "number", "task": "t"}
                """);
        String example = Path.of("..", "examples", "smollm2.yaml").toString();
        Path outcomes = folder.resolve("outcomes.csv");
        String file = questions.toString();
        String csv = outcomes.toString();

        int exit = run(
                "eval",
                "--config",
                example,
                "--model",
                SHIPPED,
                "--held-out",
                file,
                "--samples",
                "2",
                "--outcomes",
                csv);

        assertThat(exit).as(err.toString()).isZero();
        assertThat(out.toString()).contains("pass@2");
        assertThat(outcomes)
                .content()
                .startsWith("candidate,set,prompt,answers,right,reward\n")
                .contains(",t,a,2,0,0.0");
    }

    @Test
    void shouldRefuseAnOutcomesFileInAFolderThatIsNotThereBeforeAnythingIsAsked() {
        Path nowhere = folder.resolve("none").resolve("outcomes.csv");

        assertThat(run("eval", "--model", SHIPPED, "--outcomes", nowhere.toString()))
                .isEqualTo(2);

        assertThat(err.toString()).contains("--outcomes", nowhere.toString(), "does not exist");
    }

    @Test
    void shouldSayWhereNativeLibrariesAreUnpackedWhenOneIsNotLoaded() {
        line.addSubcommand(new Unlinked()).setErr(new PrintWriter(err));

        assertThat(run("unlinked")).isEqualTo(ExitCode.FAILED.code());

        assertThat(err.toString())
                .contains("failed to map segment", System.getProperty("java.io.tmpdir"), "noexec", "-Djava.io.tmpdir=");
    }

    /** Command that fails because a native library cannot be loaded. */
    @CommandLine.Command(name = "unlinked")
    private static final class Unlinked implements Runnable {
        @Override
        public void run() {
            throw new IllegalStateException(
                    "A library could not be loaded", new UnsatisfiedLinkError("failed to map segment"));
        }
    }

    @Test
    void shouldSayInALineWhatThereWasNoMemoryFor() {
        line.addSubcommand(new Starving()).setErr(new PrintWriter(err));

        assertThat(run("starve")).isEqualTo(ExitCode.OUT_OF_MEMORY.code());

        assertThat(err.toString())
                .contains("error: PyTorch could not allocate 281474976710656 bytes")
                .doesNotContain("Traceback");
    }

    /** Asks for more than a process can address. */
    @CommandLine.Command(name = "starve")
    private static final class Starving implements Runnable {
        @Override
        public void run() {
            try (TorchModule module = TorchModule.compile(
                    """
                    def fill(self: __torch__.Policy, count: int) -> int:
                      x = torch.zeros([count], dtype=6, layout=None, device=None, pin_memory=None)
                      return torch.size(x, 0)
                    """)) {
                module.call("fill", 1L << 46);
            }
        }
    }

    private int run(String... arguments) {
        return line.execute(arguments);
    }
}
