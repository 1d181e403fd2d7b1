package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.failure.WrongUseException;
import dev.longstream.policy.folder.MergedPolicy;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.safetensors.DType;
import dev.longstream.runs.config.ModelFolder;
import dev.longstream.runs.config.WeightsType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

@Command(
        name = "merge",
        description = {
            "Writes a LoRA adapter and its base as one whole model folder in Hugging Face's layout.",
            "A version of a run is in checkpoints/step-N/model of the run's folder."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream merge outputs/lora/checkpoints/step-000080/model --out merged",
            "  longstream merge ADAPTER --out merged --type bfloat16     # half the size, rounded"
        })
@AlsoEndsWith(ExitCode.BAD_DATA)
final class MergeCommand extends CommandBase {
    @Parameters(paramLabel = "FOLDER", description = "Adapter in PEFT's layout, which names the folder of its base.")
    private Path folder = Path.of("");

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder to write; new or empty.")
    private Path out = Path.of("");

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            defaultValue = "float32",
            description = "Number format of the weights: float32 or bfloat16 (default ${DEFAULT-VALUE}).")
    private WeightsType type = WeightsType.FLOAT32;

    @Override
    ExitCode execute() {
        requireEmpty(out);
        try (PolicyFolder policy = PolicyFolder.open(ModelFolder.of(folder))) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("out", out.toString());
            result.put(
                    "sha256", MergedPolicy.write(policy, out, type == WeightsType.FLOAT32 ? DType.F32 : DType.BF16));
            result.put("adapter", policy.adapter().isPresent());
            print(
                    result,
                    List.of(out + " is a whole policy" + (policy.adapter().isPresent() ? "" : "; there was no adapter")));
        }
        return ExitCode.DONE;
    }

    private static void requireEmpty(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            if (files.findAny().isPresent()) {
                throw new WrongUseException("--out " + folder + " is not empty; name a new folder");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The folder " + folder + " cannot be read: " + e, e);
        }
    }
}
