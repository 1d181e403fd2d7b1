package dev.longstream.http;

import com.fasterxml.jackson.databind.JsonNode;

import java.time.Instant;

/** Hears of every request after it was answered. Called from several threads. */
@FunctionalInterface
public interface ServedListener {
    /** Called once the answer is known and, for events, sent. */
    void onServed(ServedRequest request);

    /**
     * A request with its answer.
     *
     * @param began  when its body was about to be read
     * @param method such as GET or POST
     * @param path   decoded, with slashes
     * @param status 499 where the client closed the connection before the last event
     * @param millis from {@code began} until the answer was known
     * @param answer the JSON body; for events what their source returns
     */
    record ServedRequest(Instant began, String method, String path, int status, long millis, JsonNode answer) {}
}
