package dev.longstream.cli.command;

import dev.longstream.cli.config.ResolvedConfig;
import dev.longstream.cli.exit.CommandException;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.cli.progress.Progress;
import dev.longstream.cli.train.Contest;
import dev.longstream.cli.train.ModelFolder;
import dev.longstream.producers.evaluation.EvaluationResult;
import dev.longstream.record.LengthBucket;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

@Command(
        name = "eval",
        description = "Asks a policy the held-out questions and scores its answers. Needs no broker.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream eval                                   # the policy a run would begin with",
            "  longstream eval --version-of-run 80               # a version that the run in runs/ keeps",
            "  longstream eval --model FOLDER --held-out FILE --json",
            "",
            "Questions are those of prompts.held-out in the configuration, or the files of --held-out."
        })
final class EvalCommand extends CommandBase {
    @Mixin
    private final RunOptions options = new RunOptions();

    @Option(
            names = "--version-of-run",
            paramLabel = "N",
            description = "This policy version of the run, where its checkpoint is still kept.")
    private @Nullable Integer version;

    @Override
    ExitCode execute() {
        ResolvedConfig resolved = options.load();
        Path model = model(resolved);
        try (Progress progress = Progress.of(System.err)) {
            EvaluationResult result = Contest.evaluate(resolved.config(), model, progress);
            print(json(model, resolved, result), lines(model, resolved, result));
            return result.answers().isEmpty() ? ExitCode.BAD_DATA : ExitCode.DONE;
        }
    }

    private Path model(ResolvedConfig resolved) {
        if (version == null) {
            return ModelFolder.of(resolved.config());
        }
        Path folder = resolved.config()
                .folder()
                .resolve("checkpoints")
                .resolve(String.format(Locale.ROOT, "step-%06d", version))
                .resolve("model");
        if (!Files.isDirectory(folder)) {
            throw new CommandException(
                    ExitCode.BAD_DATA,
                    "There is no policy version " + version + " in " + folder
                            + "; a run keeps its newest checkpoints, the ends of its phases and the last version");
        }
        return folder;
    }

    private static Map<String, Object> json(Path model, ResolvedConfig resolved, EvaluationResult result) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model", model.toString());
        json.put("questions", result.answers().size());
        json.put("failed", result.failed());
        json.put("reward", result.reward());
        json.put("standardError", result.standardError());
        json.put("responseLength", result.responseLength());
        json.put("truncatedFraction", result.truncatedFraction());
        List<Map<String, Object>> lengths = new ArrayList<>();
        for (LengthBucket bucket :
                result.byLength(resolved.config().evaluation().lengths())) {
            Map<String, Object> length = new LinkedHashMap<>();
            length.put("moreThan", bucket.getMoreThan());
            length.put("upTo", bucket.getUpTo() == Integer.MAX_VALUE ? null : bucket.getUpTo());
            length.put("questions", bucket.getQuestions());
            length.put("reward", bucket.getReward());
            length.put("responseLength", bucket.getResponseLength());
            lengths.add(length);
        }
        json.put("byLength", lengths);
        return json;
    }

    private static List<String> lines(Path model, ResolvedConfig resolved, EvaluationResult result) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%s: held-out reward %.3f ± %.3f on %d questions (%d could not be scored), answers of %.1f tokens, %.1f %% cut",
                model,
                result.reward(),
                result.standardError(),
                result.answers().size(),
                result.failed(),
                result.responseLength(),
                100 * result.truncatedFraction()));
        for (LengthBucket bucket :
                result.byLength(resolved.config().evaluation().lengths())) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  %6d–%-8s tokens  %.3f  (%d questions)",
                    bucket.getMoreThan(),
                    bucket.getUpTo() == Integer.MAX_VALUE ? "…" : bucket.getUpTo(),
                    bucket.getReward(),
                    bucket.getQuestions()));
        }
        return lines;
    }
}
