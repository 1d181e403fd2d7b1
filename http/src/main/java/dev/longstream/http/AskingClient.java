package dev.longstream.http;

import dev.longstream.http.AskOutcome.End;
import dev.longstream.http.AskOutcome.Reading;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Sends JSON to one server by POST and repeats requests that failed. May be used from several threads.
 *
 * <p>A request is repeated after a timeout, a failed connection or one of the statuses 408, 429 and 5xx. Each delay is twice as
 * long as the one before, unless the server names one ({@code Retry-After}). A reply shows that the server works again: requests
 * that wait after a failure are then repeated at once. Every other status ends a request. A reply is read up to 8 MiB; a larger
 * one counts as invalid.
 */
public final class AskingClient implements AutoCloseable {
    private static final Duration MAX_CONNECT = Duration.ofSeconds(20);
    private static final int QUOTED_CHARACTERS = 200;
    private static final int MAX_REPLY_BYTES = 8 << 20;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY_REQUESTS = 429;

    private final URI address;
    private final @Nullable String apiKey;
    private final RetryPolicy policy;
    private final RandomGenerator jitter;
    private final HttpClient http;
    private final Retries retries = new Retries();

    /**
     * Creates a client, which connects at its first request.
     *
     * @param address address of the requests; a user name and password in it are sent as basic authentication
     * @param apiKey bearer token, which replaces basic authentication; null: none is sent
     * @param jitter random numbers that spread delays; must be thread-safe
     */
    public AskingClient(URI address, @Nullable String apiKey, RetryPolicy policy, RandomGenerator jitter) {
        this.address = address;
        this.apiKey = apiKey;
        this.policy = policy;
        this.jitter = jitter;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(policy.timeout().compareTo(MAX_CONNECT) < 0 ? policy.timeout() : MAX_CONNECT)
                .build();
    }

    /**
     * Sends a request until it has a reply or its attempts are used up.
     *
     * @param body JSON
     * @param reading parses the body of a reply with a status of 200 to 299
     * @return the outcome; fails only if {@code reading} throws
     */
    public <T> CompletableFuture<AskOutcome<T>> ask(String body, Function<String, Reading<T>> reading) {
        Pending<T> pending = new Pending<>(body, reading);
        pending.attempt();
        return pending.result;
    }

    /** Returns the beginning of a text on one line, in quotation marks. */
    public static String quoted(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return "\"" + (line.length() <= QUOTED_CHARACTERS ? line : line.substring(0, QUOTED_CHARACTERS) + "…") + "\"";
    }

    @Override
    public void close() {
        retries.close();
    }

    /** A request and its attempts. The attempts follow one another, so that no two threads use it at the same time. */
    private final class Pending<T> {
        private final CompletableFuture<AskOutcome<T>> result = new CompletableFuture<>();
        private final Function<String, Reading<T>> reading;
        private final HttpRequest request;
        private final long startedAt = System.nanoTime(); // the wall clock can be set
        private Duration delay = policy.firstDelay();
        private int attempts;
        private int unclear;
        private int status;

        Pending(String body, Function<String, Reading<T>> reading) {
            this.reading = reading;
            HttpRequest.Builder builder = HttpRequest.newBuilder(address)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(body));
            String user = address.getUserInfo(); // which Java's client does not send by itself
            if (apiKey != null) {
                builder.header("Authorization", "Bearer " + apiKey);
            } else if (user != null) {
                byte[] bytes = user.getBytes(StandardCharsets.UTF_8);
                builder.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(bytes));
            }
            this.request = builder.build();
        }

        /** Makes an attempt. A failure ends the request or schedules the next attempt. */
        private void attempt() {
            try {
                send();
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        }

        @SuppressWarnings("FutureReturnValueIgnored") // whatever happens ends up in the result
        private void send() {
            attempts++;
            CompletableFuture<HttpResponse<String>> sent =
                    http.sendAsync(request, LimitedBody.handler(MAX_REPLY_BYTES));
            // Not the request's own timeout: that one ends with the headers, and a body can stall as well.
            CompletableFuture<HttpResponse<String>> inTime =
                    sent.copy().orTimeout(policy.timeout().toMillis(), TimeUnit.MILLISECONDS);
            inTime.whenComplete((response, failure) -> {
                try {
                    if (failure == null) {
                        status = response.statusCode();
                        answered(response);
                    } else {
                        status = 0;
                        sent.cancel(true);
                        if (cause(failure) instanceof LimitedBody.TooLargeException tooLarge) {
                            afterUnclear(String.valueOf(tooLarge.getMessage()));
                        } else {
                            afterFault(described(failure));
                        }
                    }
                } catch (RuntimeException e) {
                    result.completeExceptionally(e);
                }
            });
        }

        private void answered(HttpResponse<String> response) {
            if (status / 100 == 2) {
                read(response.body());
                return;
            }
            String problem = "HTTP " + status + " " + quoted(response.body());
            if (status == REQUEST_TIMEOUT || status == TOO_MANY_REQUESTS || status / 100 == 5) {
                Duration wished = RetryAfter.of(response);
                if (!wished.isZero()) {
                    again(problem, between(wished, 1.0, 1.5), retries::after);
                } else if (status == TOO_MANY_REQUESTS) {
                    afterPause(problem);
                } else {
                    afterFault(problem);
                }
            } else {
                end(null, End.REFUSED, problem);
            }
        }

        private void read(String body) {
            Reading<T> read = reading.apply(body);
            if (read.value() != null) {
                end(read.value(), End.ANSWERED, "");
                retries.wake();
                return;
            }
            afterUnclear(read.problem());
        }

        private void afterUnclear(String problem) {
            unclear++;
            if (unclear >= policy.maxUnclear()) {
                end(null, End.UNCLEAR, problem);
            } else {
                afterPause(problem);
            }
        }

        /** Repeats the request after the delay, or as soon as the server works again. */
        private void afterFault(String problem) {
            again(problem, nextDelay(), retries::afterOrWhenWell);
        }

        /** Repeats the request after the delay. */
        private void afterPause(String problem) {
            again(problem, nextDelay(), retries::after);
        }

        private void again(String problem, Duration wait, BiConsumer<Duration, Runnable> schedule) {
            if (attempts >= policy.maxAttempts() || elapsed().plus(wait).compareTo(policy.giveUpAfter()) >= 0) {
                end(null, End.GAVE_UP, problem);
            } else {
                schedule.accept(wait, this::attempt);
            }
        }

        private Duration elapsed() {
            return Duration.ofNanos(System.nanoTime() - startedAt);
        }

        /** Returns the next delay and doubles it for the attempt after that. */
        private Duration nextDelay() {
            Duration next = between(delay, 0.5, 1.0);
            Duration doubled = delay.multipliedBy(2);
            delay = doubled.compareTo(policy.maxDelay()) < 0 ? doubled : policy.maxDelay();
            return next;
        }

        /**
         * Draws a delay between {@code min} and {@code max} times {@code wait}, so that requests that failed
         * together are not repeated together.
         */
        private Duration between(Duration wait, double min, double max) {
            return Duration.ofMillis((long) (wait.toMillis() * (min + (max - min) * jitter.nextDouble())));
        }

        private void end(@Nullable T value, End end, String problem) {
            result.complete(new AskOutcome<>(value, end, problem, status, attempts));
        }
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause.getClass() == IOException.class)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private String described(Throwable failure) {
        Throwable cause = cause(failure);
        return cause instanceof TimeoutException
                ? "no reply within " + policy.timeout().toMillis() + " ms"
                : cause.getClass().getSimpleName() + (cause.getMessage() == null ? "" : " " + cause.getMessage());
    }
}
