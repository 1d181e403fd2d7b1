package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.cli.terminal.TerminalProgress;
import dev.longstream.evaluation.comparison.CandidatePolicy;
import dev.longstream.evaluation.comparison.Distillation;
import dev.longstream.evaluation.comparison.TeacherOptions;
import dev.longstream.failure.UnusableInputException;
import dev.longstream.failure.WrongUseException;
import dev.longstream.producers.rendering.PromptStyle;
import dev.longstream.progress.Progress;
import dev.longstream.questions.ImportedPrompt;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.judges.Evaluators;
import dev.longstream.runs.preparation.Sources;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

@Command(
        name = "distill",
        description = {
            "Has a teacher answer the questions of demonstrations.sources, and keeps what the run's rule verifies. Needs no broker.",
            "The warm-up imitates the file with demonstrations.written. Interrupted, the same command goes on: answers are"
                    + " kept beside the file, and nothing is asked twice. Held-out questions are not asked."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream distill --teacher http://host:8000/v1#NAME --out taught.jsonl --config run.yaml --samples 4",
            "  longstream train --config run.yaml --set demonstrations.sources=[] --set demonstrations.written=[taught.jsonl]"
        })
@AlsoEndsWith({ExitCode.BAD_DATA, ExitCode.UNREACHABLE, ExitCode.OUT_OF_MEMORY, ExitCode.INTERRUPTED})
final class DistillCommand extends CommandBase {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);

    @Mixin
    private final RunOptions options = new RunOptions();

    @Option(
            names = "--teacher",
            required = true,
            paramLabel = "URL#MODEL",
            description = "An OpenAI-compatible server, up to and including the version, and the model it serves.")
    private String teacher = "";

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "Demonstrations as JSON lines; FILE.answers.jsonl beside it keeps every answer.")
    private Path out = Path.of("");

    @Option(
            names = "--samples",
            paramLabel = "K",
            defaultValue = "1",
            description =
                    "Requests a question, at most; the first verified answer ends them (default ${DEFAULT-VALUE}).")
    private int samples;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            defaultValue = "0.6",
            description = "The teacher draws at (default ${DEFAULT-VALUE}).")
    private float temperature;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            defaultValue = "8192",
            description = "Of an answer with its thought (default ${DEFAULT-VALUE}); what is cut off is not kept.")
    private int maxTokens;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "8",
            description = "Requests at once (default ${DEFAULT-VALUE}).")
    private int inFlight;

    @Option(
            names = "--api-key-variable",
            paramLabel = "NAME",
            description = "Environment variable that holds the server's key.")
    private @Nullable String keyVariable;

    @Override
    ExitCode execute() throws InterruptedException {
        RunConfig config = options.load().config();
        if (config.prompts().style() != PromptStyle.INSTRUCTED) {
            throw new WrongUseException(
                    "prompts.style is " + config.prompts().style().name().toLowerCase(Locale.ROOT)
                            + ", expected instructed: a teacher follows instructions, and knows no other form");
        }
        if (!(CandidatePolicy.parse(teacher, config.folder()) instanceof CandidatePolicy.ServerCandidate who)) {
            throw new WrongUseException(
                    "--teacher is '" + teacher + "', expected URL#MODEL; 'longstream serve' serves a model folder");
        }
        TeacherOptions how =
                new TeacherOptions(samples, temperature, maxTokens, inFlight, ApiKey.of(keyVariable), FIRST_PAUSE);
        try (Progress progress = TerminalProgress.open()) {
            List<ImportedPrompt> prompts = Sources.toDemonstrate(config, row -> progress.say("refused: " + row));
            if (prompts.isEmpty()) {
                throw new UnusableInputException("There is no question to answer (demonstrations.sources, from files)");
            }
            Distillation.DistillationOutcome outcome = new Distillation(
                            Evaluators.contest(config), who, how, Evaluators.verification(config), progress)
                    .distill(prompts, out);
            print(
                    outcome,
                    List.of(String.format(
                            Locale.ROOT,
                            "%d questions, %d requests: %d demonstrations in %s; %d without a right answer, %d without any, %d too long",
                            outcome.questions(),
                            outcome.asked(),
                            outcome.verified(),
                            out,
                            outcome.wrong(),
                            outcome.failed(),
                            outcome.tooLong())));
            return outcome.verified() == 0 ? ExitCode.BAD_DATA : ExitCode.DONE;
        }
    }
}
