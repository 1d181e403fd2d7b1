package dev.longstream.evaluation.comparison;

import dev.longstream.evaluation.EvaluationConfig;
import dev.longstream.failure.UnreachableException;
import dev.longstream.http.AskOutcome;
import dev.longstream.http.AskOutcome.Reading;
import dev.longstream.http.AskingClient;
import dev.longstream.http.ChatReply;
import dev.longstream.http.ChatRequest;
import dev.longstream.http.RetryPolicy;
import org.jspecify.annotations.Nullable;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Requests chat completions from an OpenAI-compatible server, one answer per request. A failed request gives an attempt
 * with its reason and without an answer. Thread-safe.
 *
 * <p>A busy or unreachable server is asked again as {@link AskingClient} does, up to five times in all.
 */
final class ChatServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration MAX_DELAY = Duration.ofMinutes(1);
    private static final int TRIES = 5;

    /**
     * HTTP statuses that refuse a single question, e.g. because it is too long; other questions may still be answered.
     */
    private static final Set<Integer> QUESTION_REFUSED = Set.of(400, 413, 422);

    /** Number of failures in a row after which the server counts as gone. */
    private static final int FAILURES_IN_A_ROW = 10;

    static final String KEPT = "The answers so far are saved; the same command continues";

    private final AskingClient client;
    private final CandidatePolicy.ServerCandidate who;
    private final EvaluationConfig config;
    private final float temperature;
    private final String kept;
    private final AtomicInteger failuresInARow = new AtomicInteger();
    private volatile String lastFailure = "";

    /**
     * Creates a client of one server.
     *
     * @param who server and model to ask
     * @param key API key, sent as a bearer token; null: none
     * @param config sampling settings
     * @param temperature sampling temperature
     * @param pause delay before the second attempt; doubled before each further attempt
     * @param kept sentence about the fate of earlier answers, for the error message when the server is gone
     */
    ChatServer(
            CandidatePolicy.ServerCandidate who,
            @Nullable String key,
            EvaluationConfig config,
            float temperature,
            Duration pause,
            String kept) {
        this.who = who;
        this.client = new AskingClient(
                ChatRequest.address(who.server()),
                key,
                new RetryPolicy(PATIENCE, PATIENCE.multipliedBy(TRIES), pause, MAX_DELAY, TRIES, 1),
                new SecureRandom());
        this.config = config;
        this.temperature = temperature;
        this.kept = kept;
    }

    /**
     * Asks one question and retries while the server is busy.
     *
     * @param sample index of the answer, sent as the seed of the request
     * @throws UnreachableException if the server answers nothing any more
     */
    Attempt ask(String candidate, String promptId, int sample, String message) throws InterruptedException {
        AskOutcome<ChatReply> outcome = outcome(body(message, sample));
        @Nullable ChatReply reply = outcome.value();
        if (reply != null) {
            failuresInARow.set(0);
            return answered(candidate, promptId, sample, reply);
        }
        lastFailure = outcome.problem();
        if (QUESTION_REFUSED.contains(outcome.status())) {
            failuresInARow.set(0); // the server is there, even if it has no answer to this question
        } else if (failuresInARow.incrementAndGet() >= FAILURES_IN_A_ROW) {
            throw gone(FAILURES_IN_A_ROW);
        }
        return Attempt.failed(candidate, promptId, sample, outcome.problem());
    }

    private AskOutcome<ChatReply> outcome(String body) throws InterruptedException {
        try {
            return client.ask(body, ChatServer::read).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the reply of " + who.what() + " cannot be read", e.getCause());
        }
    }

    /** Creates the exception for a server that answered none of {@code requests} requests in a row. */
    UnreachableException gone(int requests) {
        return new UnreachableException(who.what() + " answered none of " + requests
                + " requests in a row; the last one failed with: " + lastFailure + ". " + kept);
    }

    private String body(String message, int sample) {
        return ChatRequest.body(who.model(), message)
                .put("temperature", temperature)
                .put("top_p", config.topP())
                .put("max_tokens", config.maxTokens())
                .put("seed", sample)
                .toString();
    }

    @Override
    public void close() {
        client.close();
    }

    private static Reading<ChatReply> read(String body) {
        ChatReply reply = ChatReply.of(body);
        return reply.content() == null
                ? new Reading<>(null, "the reply has no message: " + AskingClient.quoted(body))
                : new Reading<>(reply, "");
    }

    private static Attempt answered(String candidate, String promptId, int sample, ChatReply reply) {
        String thought = reply.thought().isEmpty() ? "" : "<think>" + reply.thought() + "</think>";
        return new Attempt(
                candidate,
                promptId,
                sample,
                reply.inputTokens(),
                thought + Objects.requireNonNull(reply.content()),
                reply.outputTokens(),
                reply.truncated(),
                null);
    }
}
