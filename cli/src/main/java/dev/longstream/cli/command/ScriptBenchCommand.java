package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.training.StepScript;
import dev.longstream.runs.config.ModelFolder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

@Command(
        name = "script",
        description = {
            "Writes the TorchScript of a gradient step to a file, which integrations/torch/check_gpu.py compares with transformers.",
            "It holds methods and sizes of a model, no weights."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream bench script step.pt                                  # of the policy that ships, for a processor",
            "  longstream bench script step.pt --model FOLDER --gpu --bfloat16"
        })
@AlsoEndsWith(ExitCode.BAD_DATA)
final class ScriptBenchCommand extends CommandBase {
    @Parameters(paramLabel = "FILE", description = "File to write; one that exists is replaced.")
    private Path file = Path.of("");

    @Option(
            names = "--model",
            paramLabel = "FOLDER",
            description = "Model folder in Hugging Face's layout (default: the policy that ships).")
    private @Nullable Path model;

    @Option(names = "--gpu", description = "For a GPU; without it, for a processor.")
    private boolean gpu;

    @Option(names = "--bfloat16", description = "With operands rounded to bfloat16; without it, in float32.")
    private boolean bfloat16;

    @Override
    ExitCode execute() {
        Path folder = ModelFolder.of(model);
        StepScript.write(file, ModelConfig.in(folder), bfloat16 ? ComputeType.BFLOAT16 : ComputeType.FLOAT32, gpu);
        print(Map.of("file", file.toString(), "model", folder.toString()), List.of(file + " is for " + folder));
        return ExitCode.DONE;
    }
}
