package dev.longstream.judging;

import java.net.http.HttpResponse;
import java.time.Duration;

/** What a server that is busy asks for. */
public final class RetryAfter {
    private RetryAfter() {}

    /** The pause of the header {@code Retry-After}, where it says seconds; else none. */
    public static Duration of(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Retry-After")
                .filter(text -> text.matches("\\d{1,4}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .orElse(Duration.ZERO);
    }
}
