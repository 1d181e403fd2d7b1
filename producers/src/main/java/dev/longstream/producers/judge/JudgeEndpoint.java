package dev.longstream.producers.judge;

import org.jspecify.annotations.Nullable;

import java.net.URI;

/**
 * An OpenAI-compatible server.
 *
 * @param url up to and including the version, e.g. {@code http://localhost:8000/v1}
 * @param model as the server names it
 * @param apiKey sent as a bearer token; null: none. Never printed
 */
public record JudgeEndpoint(URI url, String model, @Nullable String apiKey) {
    URI chatCompletions() {
        String base = url.toString();
        return URI.create((base.endsWith("/") ? base : base + "/") + "chat/completions");
    }

    @Override
    public String toString() {
        return model + " at " + url;
    }
}
