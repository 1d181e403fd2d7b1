package dev.longstream.testing;

import dev.longstream.testing.ScriptedServer.Reply;
import dev.longstream.testing.ScriptedServer.ScriptedRequest;

import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/** A scripted server in place of a judge: it replies to chat completions alone. */
public final class ScriptedJudge implements AutoCloseable {
    private final ScriptedServer server;

    /**
     * Starts the server.
     *
     * @param port 0 for any free port
     * @param script returns the reply to a call, by its number from 0 and the message to the judge
     */
    public ScriptedJudge(int port, BiFunction<Integer, String, Reply> script) {
        AtomicInteger calls = new AtomicInteger();
        server = new ScriptedServer(port)
                .on("/v1/chat/completions", request -> script.apply(calls.getAndIncrement(), request.message()));
    }

    /** Returns the API's URL up to its version. */
    public URI url() {
        return server.url("/v1");
    }

    /** Returns the port that the server listens on. */
    public int port() {
        return server.port();
    }

    /** Returns the messages received so far, in order. */
    public List<String> messages() {
        return server.requests().stream().map(ScriptedRequest::message).toList();
    }

    /** Returns the header {@code Authorization} of each request so far, in order; {@code null} in words for none. */
    public List<String> keys() {
        return server.requests().stream()
                .map(request -> String.valueOf(request.authorization()))
                .toList();
    }

    /** Returns the largest number of requests that were open at the same time. */
    public int maxAtOnce() {
        return server.maxAtOnce();
    }

    @Override
    public void close() {
        server.close();
    }
}
