package dev.longstream.dashboard;

import dev.longstream.config.Problems;
import dev.longstream.failure.WrongUseException;
import dev.longstream.http.JsonServer;
import dev.longstream.http.RouteTable;
import dev.longstream.http.ServerAccess;
import dev.longstream.http.ServerLimits;
import dev.longstream.http.ServerSettings;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;

/** Server of the dashboard. It reads the log only while somebody looks. */
public final class Dashboard implements AutoCloseable {
    private static final int THREADS = 8;
    private static final int WAITING = 64;
    private static final int CONNECTIONS = 256;
    /** No request has a body. */
    private static final int BODY_BYTES = 1024;

    private static final Duration REQUEST_TIME = Duration.ofSeconds(30);
    private static final Duration ANSWER_TIME = Duration.ofMinutes(2);

    private final JsonServer http;
    private final OpenRuns runs;

    private Dashboard(JsonServer http, OpenRuns runs) {
        this.http = http;
        this.runs = runs;
    }

    /**
     * Starts to serve runs until the dashboard is closed.
     *
     * @throws dev.longstream.config.ConfigurationException if others than this machine reach the interface and need no token
     * @throws WrongUseException if the port is in use, or this machine does not have the interface
     */
    public static Dashboard start(DashboardSettings settings, DashboardRuns runs) {
        ServerAccess access = settings.access().withKey(settings.token());
        new Problems("dashboard")
                .require(
                        access.suffices(settings.host()),
                        "host is %s, which others than this machine reach, and readers need no token; name one with"
                                + " --token-variable, or allow everybody with --insecure-network",
                        settings.host())
                .throwIfAny();
        InstantSource clock = InstantSource.system();
        PageFiles page = new PageFiles();
        JsonServer http = listen(settings, access, page, clock);
        OpenRuns open = new OpenRuns(runs, clock);
        RouteTable routes = new RouteTable();
        page.addTo(routes);
        RunRoutes ofRuns = new RunRoutes(open, clock);
        ofRuns.addTo(routes);
        new TraceRoutes(ofRuns).addTo(routes);
        http.start(routes, request -> {});
        return new Dashboard(http, open);
    }

    private static JsonServer listen(
            DashboardSettings settings, ServerAccess access, PageFiles page, InstantSource clock) {
        Integer chosen = settings.port();
        try {
            return listen(settings.host(), chosen == null ? DashboardSettings.PORT : chosen, access, page, clock);
        } catch (IOException e) {
            if (chosen != null) {
                throw cannotListen(settings.host() + ":" + chosen, e);
            }
        }
        try {
            return listen(settings.host(), 0, access, page, clock);
        } catch (IOException e) {
            throw cannotListen(settings.host(), e);
        }
    }

    private static JsonServer listen(String host, int port, ServerAccess access, PageFiles page, InstantSource clock)
            throws IOException {
        ServerLimits limits = new ServerLimits(THREADS, WAITING, CONNECTIONS, BODY_BYTES, REQUEST_TIME, ANSWER_TIME);
        return JsonServer.listen(
                new ServerSettings(host, port, "dashboard", "application/json", page.paths(), limits, access),
                DashboardError::new,
                clock);
    }

    private static WrongUseException cannotListen(String address, IOException cause) {
        return new WrongUseException(
                "The dashboard cannot listen on " + address + ": " + cause.getMessage()
                        + "; choose a free port and an address of this host",
                cause);
    }

    /** Returns the address of the page, such as {@code http://127.0.0.1:8420/}. */
    public URI url() {
        return http.url().resolve("/");
    }

    @Override
    public void close() {
        http.close();
        runs.close();
    }
}
