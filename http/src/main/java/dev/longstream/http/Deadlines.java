package dev.longstream.http;

import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Deadline of each open connection: for the head of the next request, for the rest of a request, then for its answer. Without it
 * a client that sends or reads a byte now and then would keep its connection for ever.
 */
final class Deadlines implements Connection.Listener {
    private final Duration headTime;
    private final Map<Connection, Deadline> open = new ConcurrentHashMap<>();

    private record Deadline(long nanos, Runnable missed) {}

    /**
     * Creates an empty list.
     *
     * @param headTime time from a connection's beginning, or its last answer, to the end of the next request's head
     */
    Deadlines(Duration headTime) {
        this.headTime = headTime;
    }

    @Override
    public void onOpened(Connection connection) {
        if (!(connection instanceof SslConnection)) { // which has the one with the requests inside
            awaitHead(connection);
        }
    }

    @Override
    public void onClosed(Connection connection) {
        open.remove(connection);
    }

    /** Begins the wait for the next request. */
    void awaitHead(Connection connection) {
        set(connection, headTime, connection::close);
    }

    /** Replaces the deadline of a connection. */
    void set(Connection connection, Duration fromNow, Runnable missed) {
        open.put(connection, new Deadline(System.nanoTime() + fromNow.toNanos(), missed));
    }

    /** Ends what has missed its deadline. Each deadline is missed once. */
    void enforce() {
        long now = System.nanoTime();
        open.forEach((connection, deadline) -> {
            if (now - deadline.nanos() > 0 && open.remove(connection, deadline)) {
                deadline.missed().run();
            }
        });
    }
}
