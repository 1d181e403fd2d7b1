package dev.longstream.judging;

import org.jspecify.annotations.Nullable;

import java.net.URI;

/**
 * A judge behind HTTP.
 *
 * @param url of a chat server up to and including the version, e.g. {@code http://localhost:8000/v1}; of a reward the whole
 * @param model as the server names it
 * @param apiKey sent as a bearer token; null: none. Never printed
 * @param contract what is sent and what comes back
 */
public record JudgeEndpoint(URI url, String model, @Nullable String apiKey, JudgeContract contract) {
    /** An OpenAI-compatible server. */
    public JudgeEndpoint(URI url, String model, @Nullable String apiKey) {
        this(url, model, apiKey, JudgeContract.CHAT);
    }

    URI address() {
        if (contract == JudgeContract.REWARD) {
            return url;
        }
        String base = url.toString();
        return URI.create((base.endsWith("/") ? base : base + "/") + "chat/completions");
    }

    @Override
    public String toString() {
        return model + " at " + url;
    }
}
