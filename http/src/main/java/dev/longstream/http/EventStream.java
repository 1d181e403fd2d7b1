package dev.longstream.http;

import com.fasterxml.jackson.databind.JsonNode;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes server-sent events to one client. The response begins with the first event. Not thread-safe. */
public final class EventStream {
    private static final int OK = 200;

    private final Response response;
    private boolean begun;

    EventStream(Response response) {
        this.response = response;
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
                response.setStatus(OK);
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream; charset=utf-8");
                response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-cache");
            }
            Content.Sink.write(response, false, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
    }
}
