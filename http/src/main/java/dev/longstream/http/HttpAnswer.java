package dev.longstream.http;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.Map;

/** A successful answer to a request: one JSON body, a text of another media type, or events that are sent one by one. */
public sealed interface HttpAnswer {
    /** Answers with one JSON body and status 200. */
    record JsonAnswer(JsonNode body) implements HttpAnswer {}

    /**
     * Answers with a text and status 200.
     *
     * @param text body, sent in UTF-8
     * @param mediaType value of {@code Content-Type}
     * @param headers further headers by name
     */
    record Content(String text, String mediaType, Map<String, String> headers) implements HttpAnswer {
        /** Copies the headers. */
        public Content {
            headers = Map.copyOf(headers);
        }
    }

    /** Answers with server-sent events and status 200. */
    record Events(EventSource source) implements HttpAnswer {}

    /** Sends the events of one answer. */
    @FunctionalInterface
    interface EventSource {
        /**
         * Sends all events. Called once, on the thread of the request. An {@link HttpError} before the first event
         * sets the status of the answer; a later one is sent as an event.
         *
         * @return a JSON object that describes the whole answer to {@link ServedListener}
         * @throws ClientGoneException when the client has closed the connection
         */
        JsonNode sendTo(EventStream events) throws InterruptedException;
    }

    /** Finds the answer to one request. */
    @FunctionalInterface
    interface Handler {
        /**
         * Answers one request.
         *
         * @throws HttpError if the request has no successful answer
         */
        HttpAnswer answer(IncomingRequest request) throws InterruptedException;
    }
}
