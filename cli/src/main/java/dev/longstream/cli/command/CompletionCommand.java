package dev.longstream.cli.command;

import dev.longstream.cli.exit.ExitCode;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.util.List;
import java.util.Map;

@Command(
        name = "completion",
        description = "Prints a script that completes commands and options in bash and zsh.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream completion > ~/.local/share/bash-completion/completions/longstream    # for every new shell",
            "  source <(longstream completion)                                                  # for this one"
        })
final class CompletionCommand extends CommandBase {
    @Spec
    private CommandSpec own = CommandSpec.create();

    @Override
    ExitCode execute() {
        String script = AutoComplete.bash("longstream", own.root().commandLine());
        print(Map.of("shell", "bash", "script", script), List.of(script));
        return ExitCode.DONE;
    }
}
