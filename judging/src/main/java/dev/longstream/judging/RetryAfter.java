package dev.longstream.judging;

import java.net.http.HttpResponse;
import java.time.Duration;

/** Reads the pause that a busy server requests. */
public final class RetryAfter {
    private RetryAfter() {}

    /** Returns the seconds of the header {@code Retry-After}; zero if the header is missing or is a date. */
    public static Duration of(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Retry-After")
                .filter(text -> text.matches("\\d{1,4}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .orElse(Duration.ZERO);
    }
}
