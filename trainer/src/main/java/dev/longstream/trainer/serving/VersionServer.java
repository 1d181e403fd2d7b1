package dev.longstream.trainer.serving;

import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * HTTP server of a run's policy versions and large documents. It only reads, and answers up to 32 requests at a time; others
 * wait. A request must arrive within half a minute, while its answer may take as long as the network needs.
 */
public final class VersionServer implements AutoCloseable {
    private static final int THREADS = 32;
    private static final int BACKLOG = 256;

    static {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.maxReqTime", "30");
    }

    private final HttpServer server;
    private final ExecutorService threads;
    private final RequestedVersions requested = new RequestedVersions();

    private VersionServer(HttpServer server) {
        this.server = server;
        AtomicInteger count = new AtomicInteger();
        this.threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "version-server-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Starts to serve a run.
     *
     * @param host address of the interface to listen on
     * @param port port; 0 takes any free one
     * @param run folder of the run
     * @param key key that requests must carry as a bearer token; null: none
     * @throws IOException if the port is in use, or this machine does not have the interface
     */
    public static VersionServer start(String host, int port, Path run, @Nullable String key) throws IOException {
        VersionServer started =
                new VersionServer(HttpServer.create(new InetSocketAddress(InetAddress.getByName(host), port), BACKLOG));
        started.server.setExecutor(started.threads);
        started.server.createContext("/", new VersionHandler(run, key, started.requested));
        started.server.start();
        return started;
    }

    /** Returns the port that the server listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Stops at once; downloads under way end, and their clients continue them elsewhere or later. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        requested.close();
    }
}
