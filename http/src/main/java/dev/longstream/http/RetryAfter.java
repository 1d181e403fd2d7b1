package dev.longstream.http;

import java.net.http.HttpResponse;
import java.time.Duration;

/** Reads the header {@code Retry-After}. */
final class RetryAfter {
    private RetryAfter() {}

    /** Returns the delay if the header gives seconds, else zero. */
    static Duration of(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Retry-After")
                .filter(text -> text.matches("\\d{1,4}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .orElse(Duration.ZERO);
    }
}
