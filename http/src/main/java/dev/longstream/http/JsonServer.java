package dev.longstream.http;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * HTTP server that answers with JSON or with server-sent events. Errors are JSON in the format of an {@link ErrorFormat}.
 *
 * <p>Requests are read without a thread each, by Jetty; a thread answers a request once all of it has arrived. So neither half-open
 * connections nor slow uploads keep others from an answer. What {@link ServerLimits} or {@link ServerAccess} do not allow is refused
 * before the body is read.
 */
public final class JsonServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JsonServer.class);
    private static final int BACKLOG = 1024;
    private static final int NETWORK_THREADS = 16;
    private static final int HEAD_BYTES = 16 << 10;
    /** Part of the heap that request bodies may take up, as bytes; their JSON trees take several times as much. */
    private static final int HEAP_SHARE = 32;

    private static final int UNREADABLE = 400;
    private static final int TOO_SLOW = 408;
    private static final int UNAVAILABLE = 503;
    private static final int IDLE_THREAD_SECONDS = 60;
    private static final int LAST_ANSWERS_MILLIS = 1000;
    private static final int LAST_THREADS_SECONDS = 10;
    /** Idle time of a connection while as many are open as allowed. */
    private static final int CROWDED_IDLE_MILLIS = 1000;

    private final ServerSettings settings;
    private final ErrorFormat errors;
    private final InstantSource clock;
    private final RequestGate gate;
    private final Bodies bodies;
    private final Deadlines deadlines;
    private final Server server;
    private final ServerConnector connector;
    private final ThreadPoolExecutor threads;
    private final AtomicInteger underWay = new AtomicInteger();
    private int port;

    private JsonServer(ServerSettings settings, ErrorFormat errors, InstantSource clock) {
        ServerLimits limits = settings.limits();
        this.settings = settings;
        this.errors = errors;
        this.clock = clock;
        this.gate = new RequestGate(settings, errors);
        this.bodies = new Bodies(
                limits.maxBodyBytes(),
                Math.max(limits.maxBodyBytes(), Runtime.getRuntime().maxMemory() / HEAP_SHARE));
        this.deadlines = new Deadlines(limits.requestTime());
        AtomicInteger count = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                limits.maxThreads(),
                limits.maxThreads(),
                IDLE_THREAD_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(limits.maxWaiting()),
                task -> {
                    Thread thread = new Thread(task, settings.name() + "-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        QueuedThreadPool network = new QueuedThreadPool(NETWORK_THREADS, 1);
        network.setName(settings.name() + "-network");
        network.setDaemon(true);
        this.server = new Server(network, new ScheduledExecutorScheduler(settings.name() + "-timer", true), null);
        server.setErrorHandler(new UnreadableRequests());
        this.connector = new ServerConnector(server, 1, 1, protocols(settings));
        connector.setPort(settings.port());
        connector.setAcceptQueueSize(BACKLOG);
        connector.setIdleTimeout(limits.requestTime().toMillis());
        connector.addBean(deadlines);
        server.addConnector(connector);
        NetworkConnectionLimit crowd = new NetworkConnectionLimit(limits.maxConnections(), connector);
        crowd.setEndPointIdleTimeout(CROWDED_IDLE_MILLIS);
        server.addBean(crowd);
    }

    private static ConnectionFactory[] protocols(ServerSettings settings) {
        HttpConfiguration config = new HttpConfiguration();
        config.setSendServerVersion(false);
        config.setRequestHeaderSize(HEAD_BYTES);
        config.setUriCompliance(UriCompliance.UNSAFE); // no file is served; routes decode each segment themselves
        HttpConnectionFactory http = new HttpConnectionFactory(config);
        ServerTls tls = settings.access().tls();
        if (tls == null) {
            return new ConnectionFactory[] {http};
        }
        SslContextFactory.Server context = new SslContextFactory.Server();
        context.setKeyStore(tls.keys());
        context.setKeyStorePassword(tls.password());
        SslConnectionFactory ssl = new SslConnectionFactory(context, http.getProtocol());
        ssl.setEnsureSecureRequestCustomizer(false); // it would refuse clients that connect by address
        return new ConnectionFactory[] {ssl, http};
    }

    /**
     * Binds the port. Requests wait until {@link #start}.
     *
     * @throws IOException if the port is in use, or this machine does not have the interface
     */
    public static JsonServer listen(ServerSettings settings, ErrorFormat errors, InstantSource clock)
            throws IOException {
        JsonServer server = new JsonServer(settings, errors, clock);
        server.connector.setHost(InetAddress.getByName(settings.host()).getHostAddress());
        server.connector.open();
        server.port = server.connector.getLocalPort();
        return server;
    }

    /** Starts to answer requests. */
    public void start(RouteTable routes, ServedListener listener) {
        server.setHandler(new Handler.Abstract.NonBlocking() {
            @Override
            public boolean handle(Request request, Response response, Callback end) {
                receive(request, response, end, routes, listener);
                return true;
            }
        });
        try {
            server.start();
        } catch (Exception e) { // Jetty declares it; the port is bound already
            throw new IllegalStateException("the server " + settings.name() + " cannot start: " + e.getMessage(), e);
        }
        enforceDeadlines();
    }

    private void enforceDeadlines() {
        deadlines.enforce();
        server.getScheduler().schedule(this::enforceDeadlines, 1, TimeUnit.SECONDS);
    }

    /** Returns the port that the server listens on. */
    public int port() {
        return port;
    }

    /** Returns the address for clients of this machine, without a slash at the end: {@code http://127.0.0.1:8081}. */
    public URI url() {
        String host = settings.host();
        if (host.equals("0.0.0.0") || host.equals("::")) {
            host = "127.0.0.1";
        }
        String scheme = settings.access().tls() == null ? "http" : "https";
        return URI.create(scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
    }

    /** Takes a request whose head has arrived. Returns at once; the answer is given by another thread. */
    private void receive(Request request, Response response, Callback end, RouteTable routes, ServedListener listener) {
        Connection connection = request.getConnectionMetaData().getConnection();
        underWay.incrementAndGet();
        request.addIdleTimeoutListener(idle -> false); // an answer may take long; Deadlines ends what takes too long
        Exchange exchange =
                new Exchange(settings, errors, clock, listener, request, response, Callback.from(end, () -> {
                    underWay.decrementAndGet();
                    deadlines.awaitHead(connection);
                }));
        try {
            gate.check(request);
            if (isFull()) {
                throw full();
            }
        } catch (HttpError refused) {
            exchange.refuse(refused);
            return;
        }
        Runnable hangUp = connection::close;
        if (!RequestGate.hasBody(request)) {
            deadlines.set(connection, settings.limits().answerTime(), hangUp);
            answer(exchange, routes, new byte[0], () -> {});
            return;
        }
        new ArrivingRequest(connection, request, exchange, routes).begin();
    }

    /** A body on its way, and what happens when it is there. */
    private final class ArrivingRequest implements Bodies.BodyListener {
        private final Connection connection;
        private final Exchange exchange;
        private final RouteTable routes;
        private final Bodies.Upload upload;

        ArrivingRequest(Connection connection, Request request, Exchange exchange, RouteTable routes) {
            this.connection = connection;
            this.exchange = exchange;
            this.routes = routes;
            this.upload = bodies.upload(request, this);
        }

        void begin() {
            deadlines.set(connection, settings.limits().requestTime(), () -> upload.refuse(TOO_SLOW, tooSlow()));
            upload.run();
        }

        @Override
        public void onBody(byte[] body) {
            deadlines.set(connection, settings.limits().answerTime(), connection::close);
            answer(exchange, routes, body, upload::release);
        }

        @Override
        public void onRefused(int status, String message) {
            upload.release();
            exchange.refuse(errors.error(status, message));
        }

        @Override
        public void onFailed(Throwable cause) {
            if (cause instanceof TimeoutException) { // nothing has arrived for as long
                onRefused(TOO_SLOW, tooSlow());
                return;
            }
            upload.release();
            exchange.abandon(cause);
        }

        private String tooSlow() {
            return "the request has not arrived within "
                    + settings.limits().requestTime().toSeconds() + " s";
        }
    }

    private void answer(Exchange exchange, RouteTable routes, byte[] body, Runnable after) {
        try {
            threads.execute(() -> {
                try {
                    exchange.answer(routes, body);
                } finally {
                    after.run();
                }
            });
        } catch (RejectedExecutionException e) {
            after.run();
            exchange.refuse(threads.isShutdown() ? errors.error(UNAVAILABLE, "the server is stopping") : full());
        }
    }

    private boolean isFull() {
        return threads.getQueue().remainingCapacity() == 0;
    }

    private HttpError full() {
        return errors.error(
                UNAVAILABLE,
                "this server answers " + settings.limits().maxThreads() + " requests at once and lets "
                        + settings.limits().maxWaiting() + " wait; try again later");
    }

    /** Answers requests that the HTTP parser cannot read, and those whose handling failed, in the server's own format. */
    private final class UnreadableRequests extends ErrorHandler {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            Object message = request.getAttribute(ERROR_MESSAGE);
            Object cause = request.getAttribute(ERROR_EXCEPTION);
            HttpError error = cause instanceof EofException || cause instanceof TimeoutException
                    ? errors.error(TOO_SLOW, "the request ends before it is complete")
                    : errors.error(
                            Math.max(UNREADABLE, response.getStatus()),
                            message == null ? "the request cannot be read" : message.toString());
            response.setStatus(error.status());
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, settings.contentType());
            response.write(true, ByteBuffer.wrap(Exchange.bytes(error.body())), callback);
            return true;
        }
    }

    /**
     * Stops listening, waits up to one second for the requests in progress, then interrupts their threads.
     *
     * @return whether all threads have ended
     */
    public boolean stop() {
        connector.close();
        boolean interrupted = false;
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LAST_ANSWERS_MILLIS);
        try {
            while (underWay.get() > 0 && System.nanoTime() - end < 0) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        threads.shutdownNow();
        boolean ended = false;
        try {
            ended = threads.awaitTermination(interrupted ? 0 : LAST_THREADS_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        try {
            server.stop();
        } catch (Exception e) { // Jetty declares it; nothing is left to do
            LOG.warn("The server {} did not stop cleanly", settings.name(), e);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return ended;
    }

    @Override
    public void close() {
        stop();
    }
}
