package dev.longstream.judging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.longstream.http.AskOutcome;
import dev.longstream.http.AskOutcome.Reading;
import dev.longstream.http.AskingClient;
import dev.longstream.http.ChatReply;
import dev.longstream.http.ChatRequest;
import dev.longstream.http.RetryPolicy;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
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
    private static final Set<Integer> NOT_SERVED = Set.of(401, 403, 404);

    private final JudgeEndpoint endpoint;
    private final JudgeConfig config;
    private final Rubric rubric;
    private final AskingClient client;

    /** Creates a client of one judge that spreads delays at random. */
    public JudgeClient(JudgeEndpoint endpoint, JudgeConfig config, Rubric rubric) {
        this(endpoint, config, rubric, () -> ThreadLocalRandom.current().nextLong());
    }

    /**
     * Creates a client of one judge.
     *
     * @param jitter random numbers that spread delays; must be thread-safe
     */
    public JudgeClient(JudgeEndpoint endpoint, JudgeConfig config, Rubric rubric, RandomGenerator jitter) {
        this.endpoint = endpoint;
        this.config = config;
        this.rubric = rubric;
        this.client = new AskingClient(
                endpoint.address(),
                endpoint.apiKey(),
                new RetryPolicy(
                        config.timeout(),
                        config.giveUpAfter(),
                        config.firstDelay(),
                        config.longestDelay(),
                        Integer.MAX_VALUE,
                        config.unclearReplies()),
                jitter);
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
        long asked = System.nanoTime();
        CompletableFuture<JudgeResponse<Double>> response = endpoint.contract() == JudgeContract.REWARD
                ? post(reward(key, question, golds, answer), JudgeClient::value)
                : ask(new JudgeRound.AskedAnswer(key, question, golds, answer), VerdictText::read);
        return response.thenApply(reply -> new Judgement(
                reply.value(),
                reply.failure(),
                reply.words(),
                reply.inputTokens(),
                reply.outputTokens(),
                reply.attempts(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - asked)));
    }

    /**
     * Sends the rubric for one answer and parses the reply, whatever the rubric asks for.
     *
     * @param reading parses the reply's text; empty if it is not valid
     * @return the parsed reply; fails only with {@link JudgeRefusedException}
     */
    public <T> CompletableFuture<JudgeResponse<T>> ask(
            JudgeRound.AskedAnswer asked, Function<String, Optional<T>> reading) {
        String message = rubric.message(asked.key(), asked.question(), asked.golds(), asked.answer());
        return post(body(message), reply -> content(reply, reading));
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

    /** Returns a value that is JSON as such, and any other text as a string. */
    private static JsonNode json(String value) {
        try {
            return JSON.readTree(value);
        } catch (JsonProcessingException e) {
            return TextNode.valueOf(value);
        }
    }

    private String body(String message) {
        ObjectNode body = ChatRequest.body(endpoint.model(), message)
                .put("temperature", 0)
                .put("max_tokens", config.maxTokens());
        config.parameters().forEach((name, value) -> {
            JsonNode json = json(value);
            if (json.isNull()) {
                body.remove(name);
            } else {
                body.set(name, json);
            }
        });
        return body.toString();
    }

    @Override
    public void close() {
        client.close();
    }

    private <T> CompletableFuture<JudgeResponse<T>> post(String body, Function<String, ParsedReply<T>> reading) {
        Said said = new Said();
        return client.<T>ask(body, reply -> {
                    ParsedReply<T> read = reading.apply(reply);
                    said.add(read);
                    return new Reading<>(read.value(), read.fault());
                })
                .thenApply(outcome -> new JudgeResponse<>(
                        outcome.value(),
                        failure(outcome),
                        said.words,
                        said.inputTokens,
                        said.outputTokens,
                        outcome.attempts()));
    }

    /**
     * Describes why a question has no verdict; null if it has one.
     *
     * @throws JudgeRefusedException if the status concerns every question
     */
    private @Nullable String failure(AskOutcome<?> outcome) {
        return switch (outcome.end()) {
            case ANSWERED -> null;
            case UNCLEAR -> config.unclearReplies() + " replies were no verdict, the last " + outcome.problem();
            case GAVE_UP ->
                "no verdict within " + config.giveUpAfter().toSeconds() + " s and " + outcome.attempts()
                        + " attempts, the last: " + outcome.problem();
            case REFUSED -> {
                if (NOT_SERVED.contains(outcome.status()) || outcome.status() / 100 == 3) {
                    throw new JudgeRefusedException("The judge " + endpoint + " answers " + outcome.problem()
                            + "; are judge.url, judge.model and judge.api-key-variable right?");
                }
                yield "the judge refuses the question: " + outcome.problem();
            }
        };
    }

    /** Counts over the attempts of one question, which follow one another. */
    private static final class Said {
        private String words = "";
        private long inputTokens;
        private long outputTokens;

        void add(ParsedReply<?> read) {
            words = read.words() == null ? words : read.words();
            inputTokens += read.inputTokens();
            outputTokens += read.outputTokens();
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
        ChatReply reply = ChatReply.of(body);
        String content = reply.content();
        return content == null
                ? new ParsedReply<>(
                        null,
                        "a reply that is no chat completion: " + AskingClient.quoted(body),
                        null,
                        reply.inputTokens(),
                        reply.outputTokens())
                : new ParsedReply<>(
                        reading.apply(content).orElse(null),
                        (reply.truncated()
                                        ? "a reply that judge.worker.max-tokens cut off before a verdict: "
                                        : "a reply that is no verdict: ")
                                + AskingClient.quoted(content),
                        content,
                        reply.inputTokens(),
                        reply.outputTokens());
    }

    private static ParsedReply<Double> value(String body) {
        JsonNode reply;
        try {
            reply = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return new ParsedReply<>(null, "a reply that is no JSON: " + AskingClient.quoted(body), null, 0, 0);
        }
        double value = reply.path("value").isNumber() ? reply.path("value").doubleValue() : Double.NaN;
        return value >= 0 && value <= 1
                ? new ParsedReply<>(value, "", reply.path("reason").asText(), 0, 0)
                : new ParsedReply<>(
                        null, "a reply without a value from 0 to 1: " + AskingClient.quoted(body), null, 0, 0);
    }
}
