package dev.longstream.endpoints;

import dev.longstream.config.Problems;
import dev.longstream.http.ServerAccess;
import dev.longstream.policy.sampling.SamplerLimits;

import java.time.Duration;

/**
 * Settings of the HTTP server for a policy.
 *
 * @param host interface to listen on; 127.0.0.1 accepts only this machine
 * @param port port; 0: any free one
 * @param name name of the model in requests
 * @param limits limits of the sampler
 * @param maxRequests prompts accepted at once, waiting ones included; a further one fails with status 429
 * @param patience time limit of a request, waiting included; then it is cancelled and fails with status 503
 * @param access who may connect; beyond this machine it must ask for a key, or allow everybody
 * @param acceptsWeights whether clients may pause the sampler and load weights from folders that this process can read
 */
public record ServingConfig(
        String host,
        int port,
        String name,
        SamplerLimits limits,
        int maxRequests,
        Duration patience,
        ServerAccess access,
        boolean acceptsWeights) {
    public ServingConfig {
        new Problems("serve")
                .require(host != null && !host.isBlank(), "host is missing, expected an interface to listen on")
                .require(port >= 0 && port <= 65535, "port is %d, must be 0 (any) to 65535", port)
                .require(name != null && !name.isBlank(), "name is missing, expected the model's name in requests")
                .require(maxRequests >= 1, "max-requests is %d, must be at least 1", maxRequests)
                .require(
                        patience != null && patience.toMillis() > 0,
                        "patience is %s, must be at least a millisecond",
                        patience)
                .throwIfAny();
    }

    /** Creates the settings of a server that asks for no key. */
    public ServingConfig(String host, int port, String name, SamplerLimits limits, int maxRequests, Duration patience) {
        this(host, port, name, limits, maxRequests, patience, ServerAccess.THIS_MACHINE, false);
    }

    /** Returns the same settings with other rules for clients. */
    public ServingConfig withAccess(ServerAccess other) {
        return new ServingConfig(host, port, name, limits, maxRequests, patience, other, acceptsWeights);
    }

    /** Returns the same settings of a server whose clients may load other weights. */
    public ServingConfig acceptingWeights() {
        return new ServingConfig(host, port, name, limits, maxRequests, patience, access, true);
    }
}
