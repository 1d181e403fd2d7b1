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
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Chat completions of an OpenAI-compatible server, one answer a request. What goes wrong is a failure with its reason, never an answer. May be
 * used from several threads.
 *
 * <p>A busy or unreachable server is asked again as {@link AskingClient} does, up to five times in all.
 */
final class ChatServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration MAX_DELAY = Duration.ofMinutes(1);
    private static final int TRIES = 5;

    /** What concerns one question alone: another may be short enough, or acceptable. */
    private static final Set<Integer> QUESTION_REFUSED = Set.of(400, 413, 422);

    /** So many failures with no answer between them, and the server is taken to be gone. */
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
     * @param who the server that is asked
     * @param pause before the second try; doubled before each further one
     * @param kept what becomes of its answers if it is gone, in words
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
                InstantSource.system(),
                new SecureRandom());
        this.config = config;
        this.temperature = temperature;
        this.kept = kept;
    }

    /**
     * Asks once, and again where the server is busy.
     *
     * @param sample gives the request its seed, where the server obeys one
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

    /** What to say when it answered nothing. */
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
