package dev.longstream.engines;

import dev.longstream.config.HttpAddress;
import dev.longstream.config.Problems;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;

/**
 * Engine that samples answers in training.
 *
 * @param kind {@code embedded} samples in the worker's own process and takes no other setting of this section. {@code vllm} is
 *     a vLLM server, {@code sglang} an SGLang server and {@code longstream} a {@code longstream serve --accept-weights}, which read
 *     each version's folder under the path that the worker reads
 * @param urls base URLs of the servers, e.g. {@code http://127.0.0.1:8000}. Each server belongs to one worker, which tells it
 *     of new weights, and nobody else may use it
 * @param model name of the model in requests
 * @param apiKeyVariable environment variable that holds the servers' API key; null: no key is sent
 * @param answerTimeout time limit of one answer and of the load of one version; after it the request is sent again
 * @param maxAttempts maximum number of requests for an answer; after them the answer has failed
 * @param probe whether each new version is proven before answers count: log-probabilities of fixed tokens are compared with the
 *     embedded engine's, which needs memory for the model in the worker. {@code false} trusts the server
 * @param probeTolerance largest mean difference of these log-probabilities, in nats. Servers in float32 differ by less than
 *     0.001; bfloat16 needs about the default
 */
public record EngineConfig(
        EngineKind kind,
        List<String> urls,
        @Nullable String model,
        @Nullable String apiKeyVariable,
        Duration answerTimeout,
        int maxAttempts,
        boolean probe,
        double probeTolerance) {
    /** The embedded engine. */
    public static final EngineConfig DEFAULT =
            new EngineConfig(EngineKind.EMBEDDED, List.of(), null, null, Duration.ofMinutes(30), 8, true, 0.05);

    /** Checks every setting and reports all faults in one exception. */
    public EngineConfig {
        urls = urls == null ? List.of() : List.copyOf(urls);
        Problems problems = new Problems("rollouts.engine")
                .require(kind != null, "kind is missing, expected embedded, vllm, sglang or longstream")
                .require(
                        answerTimeout != null && answerTimeout.toMillis() >= 1000,
                        "answer-timeout is %s, must be at least 1s",
                        answerTimeout)
                .require(maxAttempts >= 1, "max-attempts is %d, must be at least 1", maxAttempts)
                .require(probeTolerance > 0, "probe-tolerance is %s nats, must be positive", probeTolerance);
        if (kind == EngineKind.EMBEDDED) {
            problems.require(
                    urls.isEmpty() && model == null && apiKeyVariable == null,
                    "kind is embedded, which has no server: expected kind vllm, sglang or longstream, or neither urls, model nor"
                            + " api-key-variable");
        } else {
            problems.require(!urls.isEmpty(), "urls is empty, must name a server for each worker")
                    .require(
                            new HashSet<>(urls).size() == urls.size(),
                            "urls is %s, must not name a server twice: it belongs to one worker",
                            urls)
                    .require(
                            model != null && !model.isBlank(),
                            "model is missing, expected the name by which the servers know the model");
            for (String url : urls) {
                problems.require(
                        HttpAddress.parse(url).isPresent(),
                        "urls has %s, expected an address such as http://127.0.0.1:8000",
                        url);
            }
        }
        problems.throwIfAny();
    }

    /** Returns whether answers are sampled in the worker's own process. */
    public boolean isEmbedded() {
        return kind == EngineKind.EMBEDDED;
    }
}
