package dev.longstream.judging;

import dev.longstream.http.ChatRequest;
import org.jspecify.annotations.Nullable;

import java.net.URI;

/**
 * The address and protocol of a judge behind HTTP.
 *
 * @param url a chat server's URL up to its version, e.g. {@code http://localhost:8000/v1}, or an external reward's
 *     complete URL
 * @param model the model's name on the server
 * @param apiKey bearer token; null if the server needs none. It is never printed
 * @param contract the protocol
 */
public record JudgeEndpoint(URI url, String model, @Nullable String apiKey, JudgeContract contract) {
    /** Creates the endpoint of an OpenAI-compatible server. */
    public JudgeEndpoint(URI url, String model, @Nullable String apiKey) {
        this(url, model, apiKey, JudgeContract.CHAT);
    }

    URI address() {
        return contract == JudgeContract.REWARD ? url : ChatRequest.address(url);
    }

    @Override
    public String toString() {
        return model + " at " + url;
    }
}
