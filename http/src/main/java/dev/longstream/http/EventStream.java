package dev.longstream.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes server-sent events to one client. The response begins with the first event. Not thread-safe. */
public final class EventStream {
    private static final int OK = 200;

    private final HttpExchange exchange;
    private boolean begun;

    EventStream(HttpExchange exchange) {
        this.exchange = exchange;
    }

    /**
     * Sends {@code data: JSON} at once.
     *
     * @throws ClientGoneException when the client has closed the connection
     */
    public void send(JsonNode event) {
        send(event.toString());
    }

    /**
     * Sends {@code data: TEXT} at once.
     *
     * @param data one line
     * @throws ClientGoneException when the client has closed the connection
     */
    public void send(String data) {
        write("data: " + data + "\n\n");
    }

    /**
     * Sends a comment, which clients ignore. A server without news needs it to notice that a client has gone.
     *
     * @throws ClientGoneException when the client has closed the connection
     */
    public void keepAlive() {
        write(": keep-alive\n\n");
    }

    boolean hasBegun() {
        return begun;
    }

    private void write(String text) {
        try {
            if (!begun) {
                begun = true;
                exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
                exchange.getResponseHeaders().set("Cache-Control", "no-cache");
                exchange.sendResponseHeaders(OK, 0); // 0: chunked, since the length is not known
            }
            OutputStream out = exchange.getResponseBody();
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
    }
}
