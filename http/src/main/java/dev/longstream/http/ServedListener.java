package dev.longstream.http;

import com.fasterxml.jackson.databind.JsonNode;

import java.time.Instant;

/** Receives every request after its answer. Called by several threads. */
@FunctionalInterface
public interface ServedListener {
    /** Receives a request; the events of its answer are sent. */
    void onServed(ServedRequest request);

    /**
     * Request and its answer.
     *
     * @param began time when the head had arrived
     * @param method HTTP method
     * @param path as sent, with slashes
     * @param status HTTP status; 499 if the client closed the connection before the last event
     * @param millis milliseconds from {@code began} to the answer
     * @param answer JSON body; for events the value that their source returned
     */
    record ServedRequest(Instant began, String method, String path, int status, long millis, JsonNode answer) {}
}
