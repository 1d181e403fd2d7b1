package dev.longstream.metrics;

import dev.longstream.http.HttpAnswer;
import dev.longstream.http.JsonServer;
import dev.longstream.http.RouteTable;
import dev.longstream.http.ServerAccess;
import dev.longstream.http.ServerLimits;
import dev.longstream.http.ServerSettings;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;

/** Serves {@code /metrics} for Prometheus, and {@code /healthz} and {@code /readyz} for whoever supervises the process. */
public final class MetricsServer implements AutoCloseable {
    private static final String LIVE = "/healthz";
    private static final String READY = "/readyz";
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final int UNAVAILABLE = 503;
    private static final ServerLimits LIMITS =
            new ServerLimits(4, 16, 64, 1024, Duration.ofSeconds(10), Duration.ofSeconds(30));

    private final JsonServer http;

    /**
     * Interface and ports that a server listens on, and who may read from it.
     *
     * @param host name or address of the interface
     * @param port first port to try; 0 takes any free one
     * @param ports number of ports to try, from {@code port} on
     * @param access who may read {@code /metrics}; the health checks need no credentials
     */
    public record Address(String host, int port, int ports, ServerAccess access) {}

    private MetricsServer(JsonServer http) {
        this.http = http;
    }

    /**
     * Starts the server on the first free port.
     *
     * @throws IOException if all ports are taken, or this machine does not have the interface
     */
    public static MetricsServer start(Address address, Meters meters, HealthSource health) throws IOException {
        JsonServer http = listen(address);
        http.start(
                new RouteTable()
                        .add(
                                "GET",
                                "/metrics",
                                request -> new HttpAnswer.Content(meters.scrape(), PROMETHEUS_TEXT, Map.of()))
                        .add("GET", LIVE, request -> answer(health.live()))
                        .add("GET", READY, request -> answer(health.ready())),
                request -> {});
        return new MetricsServer(http);
    }

    private static JsonServer listen(Address address) throws IOException {
        IOException refusal = new IOException("there is no port to try");
        for (int port = address.port(); port < address.port() + address.ports(); port++) {
            ServerSettings settings = new ServerSettings(
                    address.host(), port, "metrics", "application/json", Set.of(LIVE, READY), LIMITS, address.access());
            try {
                return JsonServer.listen(settings, ServedError::ofServer, InstantSource.system());
            } catch (IOException taken) {
                refusal = taken;
            }
        }
        throw refusal;
    }

    private static HttpAnswer answer(HealthReport report) {
        if (!report.problems().isEmpty()) {
            throw new ServedError(UNAVAILABLE, report.problems().get(0), report.json());
        }
        return new HttpAnswer.JsonAnswer(report.json());
    }

    /** Returns the address for clients of this machine, such as {@code http://127.0.0.1:9464}. */
    public URI url() {
        return http.url();
    }

    @Override
    public void close() {
        http.close();
    }
}
