package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.failure.WrongUseException;
import dev.longstream.files.AtomicFile;
import dev.longstream.runs.draft.ConfigurationDraft;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

@Command(
        name = "init",
        description = {
            "Writes a commented configuration for your model and question files.",
            "It looks at them: the model's size, the files' format, the lengths of prompts in the model's tokens."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream init --model FOLDER --prompts questions.jsonl           # writes my.yaml",
            "  longstream init mine.yaml --run mine --model FOLDER --prompts a.jsonl b.jsonl --demonstrations shown.jsonl",
            "  longstream init                                                    # the policy that ships, generated questions",
            "",
            "Then: 'longstream train --config my.yaml --dry-run', and without --dry-run."
        })
@AlsoEndsWith(ExitCode.BAD_DATA)
final class InitCommand extends CommandBase {
    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            defaultValue = "my.yaml",
            description = "File to write (default ${DEFAULT-VALUE}).")
    private Path file = Path.of("");

    @Option(
            names = "--model",
            paramLabel = "FOLDER",
            description = "Policy to begin with, in Hugging Face's layout (default: the policy that ships).")
    private @Nullable Path model;

    @Option(
            names = "--prompts",
            paramLabel = "FILE",
            arity = "1..*",
            description =
                    "Files of questions, in any format that 'prompts import' knows (default: generated questions).")
    private List<Path> prompts = List.of();

    @Option(
            names = "--demonstrations",
            paramLabel = "FILE",
            arity = "1..*",
            description = "Files of questions whose right answers the warm-up imitates (default: none).")
    private List<Path> demonstrations = List.of();

    @Option(
            names = "--run",
            paramLabel = "NAME",
            defaultValue = "mine",
            description = "Name of the run (default ${DEFAULT-VALUE}).")
    private String run = "";

    @Option(names = "--force", description = "Overwrite FILE.")
    private boolean force;

    @Override
    ExitCode execute() {
        if (Files.exists(file) && !force) {
            throw new WrongUseException(file + " is there already; name another file, or overwrite it with --force");
        }
        ConfigurationDraft draft =
                ConfigurationDraft.of(new ConfigurationDraft.DraftRequest(run, model, prompts, demonstrations));
        AtomicFile.replace(file, draft.yaml());
        List<String> lines = new ArrayList<>(draft.summary());
        lines.add("Wrote " + file + "; next: longstream train --config " + file + " --dry-run");
        print(Map.of("file", file.toString(), "found", draft.summary()), lines);
        return ExitCode.DONE;
    }
}
