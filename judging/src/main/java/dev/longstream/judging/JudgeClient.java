package dev.longstream.judging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

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
 * Asks a judge, at temperature 0, until there is a verdict or no hope of one. May be used from several threads.
 *
 * <p>Timeouts, connections that fail and the statuses 408, 429 and 5xx are asked again, ever more slowly or when the judge says
 * ({@code Retry-After}), until {@code give-up-after}; replies that are no verdict {@code unclear-replies} times in all. A verdict
 * shows that the judge is back, so that questions that wait after a fault need not sit out their delays. A status that says we
 * are not wanted (401, 403, 404, a redirection) concerns every question and is thrown; any other 4xx concerns this one and ends
 * it.
 */
public final class JudgeClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int QUOTED = 200;

    private final JudgeEndpoint endpoint;
    private final JudgeConfig config;
    private final Rubric rubric;
    private final InstantSource clock;
    private final RandomGenerator jitter;
    private final HttpClient http;
    private final Retries retries = new Retries();

    /** @param jitter spreads delays by chance; must allow several threads */
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
     * Asks.
     *
     * @param key digest over what is asked, hexadecimal
     * @param answer as extracted by a rule; for a reward the whole output
     * @return fails with {@link JudgeRefusedException} alone
     */
    public CompletableFuture<Judgement> ask(String key, String question, List<String> golds, String answer) {
        CompletableFuture<JudgeResponse<Double>> heard = endpoint.contract() == JudgeContract.REWARD
                ? new PendingQuestion<>(reward(key, question, golds, answer), JudgeClient::value).begin()
                : ask(new JudgeRound.AskedAnswer(key, question, golds, answer), VerdictText::read);
        return heard.thenApply(said -> new Judgement(
                said.value(), said.failure(), said.words(), said.inputTokens(), said.outputTokens(), said.attempts()));
    }

    /**
     * Asks for what a rubric of another kind asks for.
     *
     * @param reading of the reply's text; empty where it is not understood
     * @return fails with {@link JudgeRefusedException} alone
     */
    public <T> CompletableFuture<JudgeResponse<T>> ask(
            JudgeRound.AskedAnswer asked, Function<String, Optional<T>> reading) {
        String message = rubric.message(asked.key(), asked.question(), asked.golds(), asked.answer());
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

    /** One question until it ends. Its attempts follow one another, so nothing here is touched by two threads at once. */
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

        /** @param reading of a reply's body */
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

        /** Whatever happens, the question ends or will be asked again: nobody else knows of a retry. */
        private void attempt() {
            try {
                send();
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        }

        private void send() {
            attempts++;
            CompletableFuture<HttpResponse<String>> sent = http.sendAsync(request, BodyHandlers.ofString());
            // Not the request's own timeout: that one ends with the headers, and a body can stall as well.
            CompletableFuture<HttpResponse<String>> inTime =
                    sent.copy().orTimeout(config.timeout().toMillis(), TimeUnit.MILLISECONDS);
            inTime.whenComplete((response, failure) -> {
                try {
                    if (failure == null) {
                        answered(response);
                    } else {
                        sent.cancel(true);
                        afterFault(described(failure));
                    }
                } catch (RuntimeException e) {
                    result.completeExceptionally(e);
                }
            });
        }

        private void answered(HttpResponse<String> response) {
            int status = response.statusCode();
            if (status / 100 == 2) {
                read(response.body());
            } else if (status == 408 || status == 429 || status / 100 == 5) {
                String why = "HTTP " + status + " " + quoted(response.body());
                Duration wished = RetryAfter.of(response);
                if (!wished.isZero()) {
                    again(why, between(wished, 1.0, 1.5), retries::after);
                } else if (status == 429) {
                    afterPause(why);
                } else {
                    afterFault(why);
                }
            } else if (status == 401 || status == 403 || status == 404 || status / 100 == 3) {
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
                end(null, unclear + " replies were no verdict, the last " + what);
            } else {
                afterPause(what);
            }
        }

        /** Asks again when the judge is likely to be well. */
        private void afterFault(String why) {
            again(why, nextDelay(), retries::afterOrWhenWell);
        }

        /** Asks again, but no sooner for the judge being well. */
        private void afterPause(String why) {
            again(why, nextDelay(), retries::after);
        }

        private void again(String why, Duration wait, BiConsumer<Duration, Runnable> schedule) {
            if (clock.millis() + wait.toMillis() >= giveUpAt) {
                end(
                        null,
                        "no verdict within " + config.giveUpAfter().toSeconds() + " s and " + attempts
                                + " attempts, the last: " + why);
            } else {
                schedule.accept(wait, this::attempt);
            }
        }

        /** Twice as long each time, so that a judge that nobody can reach is left alone. */
        private Duration nextDelay() {
            Duration next = between(delay, 0.5, 1.0);
            Duration doubled = delay.multipliedBy(2);
            delay = doubled.compareTo(config.longestDelay()) < 0 ? doubled : config.longestDelay();
            return next;
        }

        /** By chance, so that questions that failed together do not come back together. */
        private Duration between(Duration wait, double least, double most) {
            return Duration.ofMillis((long) (wait.toMillis() * (least + (most - least) * jitter.nextDouble())));
        }

        private void end(@Nullable T value, @Nullable String failure) {
            result.complete(new JudgeResponse<>(value, failure, words, inputTokens, outputTokens, attempts));
        }
    }

    /**
     * What a reply's body says.
     *
     * @param value null: nothing that is understood
     * @param fault what the reply is, where it is not understood
     * @param words null: it has none
     */
    private record ParsedReply<T>(
            @Nullable T value, String fault, @Nullable String words, long inputTokens, long outputTokens) {}

    private static <T> ParsedReply<T> content(String body, Function<String, Optional<T>> reading) {
        JudgeReply reply = JudgeReply.of(body);
        String content = reply.content();
        return content == null
                ? new ParsedReply<>(
                        null,
                        "a reply that is no chat completion: " + quoted(body),
                        null,
                        reply.inputTokens(),
                        reply.outputTokens())
                : new ParsedReply<>(
                        reading.apply(content).orElse(null),
                        "a reply that is no verdict: " + quoted(content),
                        content,
                        reply.inputTokens(),
                        reply.outputTokens());
    }

    private static ParsedReply<Double> value(String body) {
        JsonNode reply;
        try {
            reply = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return new ParsedReply<>(null, "a reply that is no JSON: " + quoted(body), null, 0, 0);
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
        return "\"" + (line.length() <= QUOTED ? line : line.substring(0, QUOTED) + "…") + "\"";
    }
}
