package dev.longstream.http;

import java.net.http.HttpResponse;
import java.time.Duration;

/** Reads for how long a busy server wants to be left alone. */
final class RetryAfter {
    private RetryAfter() {}

    /** Returns the pause of the header {@code Retry-After} where it says seconds, else zero. */
    static Duration of(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Retry-After")
                .filter(text -> text.matches("\\d{1,4}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .orElse(Duration.ZERO);
    }
}
