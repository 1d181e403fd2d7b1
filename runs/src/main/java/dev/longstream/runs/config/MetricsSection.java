package dev.longstream.runs.config;

import dev.longstream.config.Problems;
import dev.longstream.failure.WrongUseException;
import dev.longstream.http.ServerAccess;
import org.jspecify.annotations.Nullable;

import java.util.Map;

/**
 * Metrics and health of each process of a run, over HTTP: {@code /metrics} for Prometheus, {@code /healthz} and {@code /readyz}.
 *
 * @param serve whether the processes of the run serve metrics and health
 * @param host name or address of the interface to listen on. Only this machine reaches 127.0.0.1; any interface that others reach needs
 *     {@code metrics.key-variable} or {@code metrics.insecure-network}
 * @param port first port to try. Each process takes the first free one of the 32 ports from there on, so that several roles can share a
 *     host, and says which. 0: any free port
 * @param keyVariable environment variable with the key that Prometheus sends as a bearer token for {@code /metrics}; null: none. The
 *     health checks need no key
 * @param insecureNetwork whether other machines may read the metrics without a key
 */
public record MetricsSection(
        boolean serve, String host, int port, @Nullable String keyVariable, boolean insecureNetwork) {
    private static final int PORTS = 32;
    private static final int LAST_PORT = 65_535;

    /** Serves this machine alone; 9464 is OpenTelemetry's port for Prometheus exporters. */
    public static final MetricsSection DEFAULT = new MetricsSection(true, "127.0.0.1", 9464, null, false);

    /** Checks every setting and reports all faults in one exception. */
    public MetricsSection {
        new Problems("metrics")
                .require(
                        host != null && !host.isBlank(),
                        "host is missing, expected an address such as 127.0.0.1 or 0.0.0.0")
                .require(port >= 0 && port <= LAST_PORT, "port is %d, must be from 0 to %d", port, LAST_PORT)
                .require(
                        host == null || keyVariable != null || insecureNetwork || ServerAccess.isLoopback(host),
                        "host is '%s', which others than this machine reach: name an environment variable with a key in"
                                + " metrics.key-variable, or set metrics.insecure-network to true",
                        String.valueOf(host))
                .throwIfAny();
    }

    /** Returns the number of ports to try, from the configured one on. */
    public int ports() {
        return port == 0 ? 1 : Math.min(PORTS, LAST_PORT - port + 1);
    }

    /**
     * Returns the key; null if none is used.
     *
     * @throws WrongUseException if the variable is not set
     */
    public @Nullable String key(Map<String, String> environment) {
        return KeyVariable.read("metrics.key-variable", keyVariable, environment);
    }
}
