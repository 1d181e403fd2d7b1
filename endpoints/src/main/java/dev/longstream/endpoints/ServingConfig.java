package dev.longstream.endpoints;

import dev.longstream.config.Problems;
import dev.longstream.policy.sampling.SamplerLimits;

import java.time.Duration;

/**
 * How a policy is served.
 *
 * @param host interface to listen on; 127.0.0.1 is this machine alone, and nobody is asked who they are
 * @param port 0 for any free one
 * @param name of the model, as requests name it
 * @param limits of the sampler
 * @param mostRequests prompts taken on at once, those included that wait for room; one more is answered 429
 * @param patience of one request, waiting included; then it is forgotten and answered 503
 */
public record ServingConfig(
        String host, int port, String name, SamplerLimits limits, int maxRequests, Duration patience) {
    public ServingConfig {
        new Problems("serve")
                .require(host != null && !host.isBlank(), "host is missing, expected an interface to listen on")
                .require(port >= 0 && port <= 65535, "port is %d, must be 0 (any) to 65535", port)
                .require(name != null && !name.isBlank(), "name is missing, expected what requests call the model")
                .require(maxRequests >= 1, "max-requests is %d, must be at least 1", maxRequests)
                .require(patience != null && patience.toMillis() > 0, "patience is %s, must be longer than 0", patience)
                .throwIfAny();
    }
}
