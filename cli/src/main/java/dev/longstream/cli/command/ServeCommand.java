package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.endpoints.ServingConfig;
import dev.longstream.failure.WrongUseException;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.sampling.SamplerLimits;
import dev.longstream.runs.config.ComputeTypeChoice;
import dev.longstream.runs.config.ModelFolder;
import dev.longstream.runs.serving.Serving;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

@Command(
        name = "serve",
        description = {
            "Serves a model folder over OpenAI's API until it is interrupted.",
            "POST /v1/chat/completions, /v1/completions and /inference/v1/generate (token ids in, token ids out), GET /v1/models"
                    + " and /health. Requests under way together are decoded"
                    + " together, until they are answered or their client has gone. A field that cannot be obeyed (penalties,"
                    + " tools, one that is not known) is refused by name, not passed over."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream serve FOLDER                                       # http://127.0.0.1:8000/v1, this machine alone",
            "  longstream eval --candidate served=http://127.0.0.1:8000/v1#FOLDER",
            "  curl 127.0.0.1:8000/v1/completions -H 'Content-Type: application/json' -d '{\"prompt\": \"Once\", \"max_tokens\": 8, \"logprobs\": 0}'"
        })
@AlsoEndsWith({ExitCode.IN_USE, ExitCode.BAD_DATA, ExitCode.OUT_OF_MEMORY, ExitCode.INTERRUPTED})
final class ServeCommand extends CommandBase {
    private static final int MEBIBYTE = 1 << 20;

    @Parameters(
            paramLabel = "MODEL",
            arity = "0..1",
            description = "Model folder in Hugging Face's layout (default: the policy that ships).")
    private @Nullable Path model;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Interface to listen on (default ${DEFAULT-VALUE}, this machine only). Another one needs"
                    + " --api-key-variable or --insecure-network.")
    private String host = "";

    @Option(
            names = "--port",
            paramLabel = "P",
            defaultValue = "8000",
            description = "Port to listen on (default ${DEFAULT-VALUE}; 0: any free port).")
    private int port;

    @Option(names = "--name", paramLabel = "NAME", description = "Model name in requests (default: the folder's name).")
    private @Nullable String name;

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "128",
            description = "Maximum answers decoded together (default ${DEFAULT-VALUE}).")
    private int rows;

    @Option(
            names = "--cache-mebibytes",
            paramLabel = "N",
            defaultValue = "2048",
            description = "Memory limit of the KV cache in MiB (default ${DEFAULT-VALUE}).")
    private int cacheMebibytes;

    @Option(
            names = "--max-requests",
            paramLabel = "N",
            defaultValue = "256",
            description =
                    "Maximum requests in progress or waiting; further ones get status 429 (default ${DEFAULT-VALUE}).")
    private int maxRequests;

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            defaultValue = "600",
            description =
                    "Time limit of a request; a slower one is cancelled with status 503 (default ${DEFAULT-VALUE}).")
    private int patienceSeconds;

    @Option(
            names = "--api-key-variable",
            paramLabel = "NAME",
            description = "Environment variable with the API key that clients must send (default: none is needed).")
    private @Nullable String apiKeyVariable;

    @Option(
            names = "--accept-weights",
            description = "Clients may pause the server and load other weights from this machine's folders, as"
                    + " rollouts.engine does with kind longstream.")
    private boolean acceptWeights;

    @Mixin
    private final ListenerOptions listener = new ListenerOptions();

    @Override
    ExitCode execute() throws InterruptedException {
        Path folder = ModelFolder.of(model);
        ComputeTypeChoice.AUTO.use(ModelConfig.in(folder));
        ServingConfig config = new ServingConfig(
                host,
                port,
                name == null ? String.valueOf(folder.getFileName()) : name,
                limits(),
                maxRequests,
                Duration.ofSeconds(patienceSeconds));
        Serving.serve(
                folder,
                acceptWeights ? config.acceptingWeights() : config,
                listener.access(),
                ApiKey.of(apiKeyVariable),
                url -> {
                    if (json()) {
                        out().println(text(Map.of("url", url.toString(), "model", config.name())));
                        out().flush();
                    } else {
                        err().println("Serving " + config.name() + " at " + url);
                    }
                },
                err()::println);
        return ExitCode.DONE;
    }

    private SamplerLimits limits() {
        try {
            return new SamplerLimits(rows, SamplerLimits.DEFAULT.chunkTokens(), (long) cacheMebibytes * MEBIBYTE);
        } catch (IllegalArgumentException e) {
            throw new WrongUseException("serve: " + e.getMessage(), e);
        }
    }
}
