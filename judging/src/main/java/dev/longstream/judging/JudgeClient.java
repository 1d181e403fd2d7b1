package dev.longstream.judging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import java.net.HttpURLConnection;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Sends requests to a judge, at temperature 0, and retries until there is a verdict or a reason to give up.
 * Thread-safe.
 *
 * <ul>
 *   <li>Timeouts, failed connections and the statuses 408, 429 and 5xx are retried with exponential backoff, or after
 *       the judge's {@code Retry-After}, until {@code give-up-after}. A verdict shows that the judge works again and
 *       starts waiting retries early.
 *   <li>Replies without a verdict are retried; {@code unclear-replies} of them end the request.
 *   <li>The statuses 401, 403, 404 and 3xx concern every request and are thrown. Any other 4xx ends this request alone.
 * </ul>
 */
public final class JudgeClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_QUOTED_CHARACTERS = 200;

    /** First digits of HTTP statuses. */
    private static final int SUCCESS = 2;

    private static final int REDIRECTION = 3;
    private static final int SERVER_ERROR = 5;
    private static final int TOO_MANY_REQUESTS = 429;

    private final JudgeEndpoint endpoint;
    private final JudgeConfig config;
    private final Rubric rubric;
    private final InstantSource clock;
    private final RandomGenerator jitter;
    private final HttpClient http;
    private final Retries retries = new Retries();

    /**
     * Creates a client of one judge.
     *
     * @param clock clock for {@code give-up-after}
     * @param jitter random numbers that spread delays; must be thread-safe
     */
    public JudgeClient(
            JudgeEndpoint endpoint, JudgeConfig config, Rubric rubric, InstantSource clock, RandomGenerator jitter) {
        this.endpoint = endpoint;
        this.config = config;
        this.rubric = rubric;
        this.clock = clock;
        this.jitter = jitter;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(config.timeout())
                .build();
    }

    /**
     * Judges one answer.
     *
     * @param key digest of the request, hexadecimal
     * @param question the question
     * @param golds accepted answers
     * @param answer the answer that a rule extracted; for an external reward the whole output
     * @return the judgement; fails only with {@link JudgeRefusedException}
     */
    public CompletableFuture<Judgement> ask(String key, String question, List<String> golds, String answer) {
        CompletableFuture<JudgeResponse<Double>> response = endpoint.contract() == JudgeContract.REWARD
                ? new PendingQuestion<>(reward(key, question, golds, answer), JudgeClient::value).begin()
                : ask(new JudgeRound.AskedAnswer(key, question, golds, answer), VerdictText::read);
        return response.thenApply(reply -> new Judgement(
                reply.value(),
                reply.failure(),
                reply.words(),
                reply.inputTokens(),
                reply.outputTokens(),
                reply.attempts()));
    }

    /**
     * Sends the rubric for one answer and parses the reply, whatever the rubric asks for.
     *
     * @param reading parses the reply's text; empty if it is not valid
     * @return the parsed reply; fails only with {@link JudgeRefusedException}
     */
    public <T> CompletableFuture<JudgeResponse<T>> ask(
            JudgeRound.AskedAnswer answer, Function<String, Optional<T>> reading) {
        String message = rubric.message(answer.key(), answer.question(), answer.golds(), answer.answer());
        return new PendingQuestion<>(body(message), reply -> content(reply, reading)).begin();
    }

    private String reward(String key, String question, List<String> golds, String answer) {
        ObjectNode body = JSON.createObjectNode();
        body.put("reward", endpoint.model());
        body.put("key", key);
        body.put("question", question);
        golds.forEach(body.withArray("golds")::add);
        body.put("answer", answer);
        return body.toString();
    }

    private String body(String message) {
        ObjectNode body = JSON.createObjectNode();
        body.put("model", endpoint.model());
        body.withArray("messages").addObject().put("role", "user").put("content", message);
        body.put("temperature", 0);
        body.put("max_tokens", config.maxTokens());
        return body.toString();
    }

    @Override
    public void close() {
        retries.close();
    }

    /** One request with its retries. Attempts follow one another, so that its state needs no lock. */
    private final class PendingQuestion<T> {
        private final CompletableFuture<JudgeResponse<T>> result = new CompletableFuture<>();
        private final Function<String, ParsedReply<T>> reading;
        private final HttpRequest request;
        private final long giveUpAt = clock.millis() + config.giveUpAfter().toMillis();
        private Duration delay = config.firstDelay();
        private int attempts;
        private int unclear;
        private long inputTokens;
        private long outputTokens;
        private String words = "";

        /**
         * Creates a request that is not sent yet.
         *
         * @param reading parses a reply's body
         */
        PendingQuestion(String body, Function<String, ParsedReply<T>> reading) {
            this.reading = reading;
            HttpRequest.Builder builder = HttpRequest.newBuilder(endpoint.address())
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(body));
            if (endpoint.apiKey() != null) {
                builder.header("Authorization", "Bearer " + endpoint.apiKey());
            }
            this.request = builder.build();
        }

        CompletableFuture<JudgeResponse<T>> begin() {
            attempt();
            return result;
        }

        /** Sends the request once. Every path ends the request or schedules a retry, because no caller would. */
        private void attempt() {
            try {
                send();
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        }

        @SuppressWarnings("FutureReturnValueIgnored") // the callback ends the request, whatever it throws
        private void send() {
            attempts++;
            CompletableFuture<HttpResponse<String>> sent = http.sendAsync(request, BodyHandlers.ofString());
            // HttpRequest's own timeout covers the headers only, but a body can stall as well.
            CompletableFuture<HttpResponse<String>> inTime =
                    sent.copy().orTimeout(config.timeout().toMillis(), TimeUnit.MILLISECONDS);
            inTime.whenComplete((response, failure) -> {
                try {
                    if (failure == null) {
                        answered(response);
                    } else {
                        sent.cancel(true);
                        retryAfterFault(described(failure));
                    }
                } catch (RuntimeException e) {
                    result.completeExceptionally(e);
                }
            });
        }

        private void answered(HttpResponse<String> response) {
            int status = response.statusCode();
            if (status / 100 == SUCCESS) {
                read(response.body());
            } else if (status == HttpURLConnection.HTTP_CLIENT_TIMEOUT
                    || status == TOO_MANY_REQUESTS
                    || status / 100 == SERVER_ERROR) {
                String why = "HTTP " + status + " " + quoted(response.body());
                Duration wished = RetryAfter.of(response);
                if (!wished.isZero()) {
                    retry(why, between(wished, 1.0, 1.5), retries::after);
                } else if (status == TOO_MANY_REQUESTS) {
                    retryAfterPause(why);
                } else {
                    retryAfterFault(why);
                }
            } else if (status == HttpURLConnection.HTTP_UNAUTHORIZED
                    || status == HttpURLConnection.HTTP_FORBIDDEN
                    || status == HttpURLConnection.HTTP_NOT_FOUND
                    || status / 100 == REDIRECTION) {
                throw new JudgeRefusedException("The judge " + endpoint + " answers HTTP " + status + " "
                        + quoted(response.body()) + "; are judge.url, judge.model and judge.api-key-variable right?");
            } else {
                end(null, "the judge refuses the question: HTTP " + status + " " + quoted(response.body()));
            }
        }

        private void read(String body) {
            ParsedReply<T> read = reading.apply(body);
            inputTokens += read.inputTokens();
            outputTokens += read.outputTokens();
            words = read.words() == null ? words : read.words();
            if (read.value() == null) {
                notUnderstood(read.fault());
            } else {
                end(read.value(), null);
                retries.wake();
            }
        }

        private void notUnderstood(String what) {
            unclear++;
            if (unclear >= config.unclearReplies()) {
                end(null, unclear + " replies had no verdict, the last was " + what);
            } else {
                retryAfterPause(what);
            }
        }

        /** Retries after a delay, or earlier if another request shows that the judge works. */
        private void retryAfterFault(String why) {
            retry(why, nextDelay(), retries::afterOrWhenWell);
        }

        /** Retries after the whole delay, even if the judge works. */
        private void retryAfterPause(String why) {
            retry(why, nextDelay(), retries::after);
        }

        private void retry(String why, Duration wait, BiConsumer<Duration, Runnable> schedule) {
            if (clock.millis() + wait.toMillis() >= giveUpAt) {
                end(
                        null,
                        "no verdict within " + config.giveUpAfter().toSeconds() + " s and " + attempts
                                + " attempts, the last: " + why);
            } else {
                schedule.accept(wait, this::attempt);
            }
        }

        /** Returns the next delay of the exponential backoff. */
        private Duration nextDelay() {
            Duration next = between(delay, 0.5, 1.0);
            Duration doubled = delay.multipliedBy(2);
            delay = doubled.compareTo(config.longestDelay()) < 0 ? doubled : config.longestDelay();
            return next;
        }

        /** Multiplies a delay by a random factor, so that requests that failed together do not return together. */
        private Duration between(Duration wait, double min, double max) {
            return Duration.ofMillis((long) (wait.toMillis() * (min + (max - min) * jitter.nextDouble())));
        }

        private void end(@Nullable T value, @Nullable String failure) {
            result.complete(new JudgeResponse<>(value, failure, words, inputTokens, outputTokens, attempts));
        }
    }

    /**
     * The parsed body of one reply.
     *
     * @param value the parsed value; null if there is none
     * @param fault description of the reply if there is no value
     * @param words the reply's text; null if it has none
     */
    private record ParsedReply<T>(
            @Nullable T value, String fault, @Nullable String words, long inputTokens, long outputTokens) {}

    private static <T> ParsedReply<T> content(String body, Function<String, Optional<T>> reading) {
        JudgeReply reply = JudgeReply.of(body);
        String content = reply.content();
        return content == null
                ? new ParsedReply<>(
                        null,
                        "a reply that is not a chat completion: " + quoted(body),
                        null,
                        reply.inputTokens(),
                        reply.outputTokens())
                : new ParsedReply<>(
                        reading.apply(content).orElse(null),
                        "a reply without a verdict: " + quoted(content),
                        content,
                        reply.inputTokens(),
                        reply.outputTokens());
    }

    private static ParsedReply<Double> value(String body) {
        JsonNode reply;
        try {
            reply = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return new ParsedReply<>(null, "a reply that is not JSON: " + quoted(body), null, 0, 0);
        }
        double value = reply.path("value").isNumber() ? reply.path("value").doubleValue() : Double.NaN;
        return value >= 0 && value <= 1
                ? new ParsedReply<>(value, "", reply.path("reason").asText(), 0, 0)
                : new ParsedReply<>(null, "a reply without a value from 0 to 1: " + quoted(body), null, 0, 0);
    }

    private String described(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof TimeoutException
                ? "no reply within " + config.timeout().toMillis() + " ms"
                : cause.getClass().getSimpleName() + (cause.getMessage() == null ? "" : " " + cause.getMessage());
    }

    private static String quoted(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return "\"" + (line.length() <= MAX_QUOTED_CHARACTERS ? line : line.substring(0, MAX_QUOTED_CHARACTERS) + "…")
                + "\"";
    }
}
