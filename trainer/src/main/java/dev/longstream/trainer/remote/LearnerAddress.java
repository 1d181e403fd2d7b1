package dev.longstream.trainer.remote;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Duration;

/**
 * Address of a learner process and the way to talk to it.
 *
 * @param url address, e.g. {@code http://127.0.0.1:8765}
 * @param key bearer token of every call; null: none
 * @param timeout time without an answer to a call after which the learner counts as lost
 * @param client name of this trainer in the learner's log
 */
public record LearnerAddress(URI url, @Nullable String key, Duration timeout, String client) {
    /** Returns the address of a call. */
    URI of(String call) {
        String base = url.toString();
        return URI.create((base.endsWith("/") ? base : base + "/") + "v1/" + call);
    }
}
