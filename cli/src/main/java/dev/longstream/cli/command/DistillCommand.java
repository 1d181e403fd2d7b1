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
            "Collects demonstrations: a teacher model answers the questions of demonstrations.sources, and the answers that the"
                    + " run's rule verifies are written to a file. Needs no broker.",
            "Name the file in demonstrations.written, and the warm-up imitates it. After an interruption the same command"
                    + " continues; every answer is stored and no request is repeated. Held-out questions are not sent."
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
            description = "Base URL of an OpenAI-compatible server, with the API version, and the name of its model.")
    private String teacher = "";

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "File for the demonstrations, JSON lines; FILE.answers.jsonl stores every answer.")
    private Path out = Path.of("");

    @Option(
            names = "--samples",
            paramLabel = "K",
            defaultValue = "1",
            description =
                    "Maximum answers per question; the first verified one is the last (default ${DEFAULT-VALUE}).")
    private int samples;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            defaultValue = "0.6",
            description = "Sampling temperature of the teacher (default ${DEFAULT-VALUE}).")
    private float temperature;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            defaultValue = "8192",
            description =
                    "Length limit of an answer, reasoning included (default ${DEFAULT-VALUE}); longer ones are discarded.")
    private int maxTokens;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "8",
            description = "Maximum concurrent requests (default ${DEFAULT-VALUE}).")
    private int inFlight;

    @Option(
            names = "--api-key-variable",
            paramLabel = "NAME",
            description = "Environment variable with the server's API key.")
    private @Nullable String keyVariable;

    @Override
    ExitCode execute() throws InterruptedException {
        RunConfig config = options.load().config();
        if (config.prompts().style() != PromptStyle.INSTRUCTED) {
            throw new WrongUseException(
                    "prompts.style is " + config.prompts().style().name().toLowerCase(Locale.ROOT)
                            + ", expected instructed: a teacher only knows the instruction form");
        }
        if (!(CandidatePolicy.parse(teacher, config.folder()) instanceof CandidatePolicy.ServerCandidate who)) {
            throw new WrongUseException(
                    "--teacher is '" + teacher + "', expected URL#MODEL; 'longstream serve' serves a model folder");
        }
        TeacherOptions teacherOptions =
                new TeacherOptions(samples, temperature, maxTokens, inFlight, ApiKey.of(keyVariable), FIRST_PAUSE);
        try (Progress progress = TerminalProgress.open()) {
            List<ImportedPrompt> prompts = Sources.toDemonstrate(config, row -> progress.say("refused: " + row));
            if (prompts.isEmpty()) {
                throw new UnusableInputException(
                        "demonstrations.sources contains no question for the teacher: name at least one source with files");
            }
            Distillation.DistillationOutcome outcome = new Distillation(
                            Evaluators.contest(config), who, teacherOptions, Evaluators.verification(config), progress)
                    .distill(prompts, out)
                    .outcome();
            print(
                    outcome,
                    List.of(String.format(
                            Locale.ROOT,
                            "%d questions, %d requests: %d demonstrations in %s; %d questions without a right answer, %d without"
                                    + " any answer, %d too long",
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
