package dev.longstream.engines;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.engines.EngineAnswer.LabelledTokens;
import dev.longstream.engines.EngineProgress.FailedSample;
import dev.longstream.policy.sampling.Sample;
import dev.longstream.policy.sampling.SamplingRequest;
import dev.longstream.policy.sampling.VersionTokens;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Samples answers with an engine behind HTTP, of which this is the only user. An answer is one request; those of a group are sent
 * together, so that the engine reads their prompt once. A request that fails, ends early or gets no reply is sent again with the
 * same seed, and each answer is handed out once.
 *
 * <p>New weights replace the engine's in the middle of answers ({@link EngineWeights}), and tokens get the version that the engine
 * names. Where versions are adapters, an answer has one version from its beginning to its end. An answer with tokens of weights
 * that were not proven is asked again. An engine that restarts gets its weights before it is used again. Used by one thread.
 */
public final class EngineSampler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineSampler.class);

    private final EngineClient client;
    private final EngineConfig config;
    private final EngineWeights weights;
    private final int[] stopIds;
    private final int maxAnswers;
    private final InstantSource clock;
    private final Deque<WantedAnswer> waiting = new ArrayDeque<>();
    private final Set<WantedAnswer> asked = new HashSet<>();
    private final BlockingQueue<Reply> replies = new LinkedBlockingQueue<>();

    /** Reply to a request, or its failure. */
    private record Reply(
            WantedAnswer answer,
            EngineHttp.PendingReply pending,
            @Nullable JsonNode body,
            @Nullable Throwable failure) {}

    /**
     * Creates a sampler. It calls the engine for the first time in {@link #useWeights} or {@link #advance}.
     *
     * @param first version to begin with
     * @param stopIds tokens that end an answer; the answer includes them
     * @param maxAnswers maximum number of answers under way
     * @param stopping returns whether the user of this sampler stops, so that no method waits any longer
     */
    public EngineSampler(
            EngineAccess access,
            EngineVersion first,
            int[] stopIds,
            int maxAnswers,
            InstantSource clock,
            BooleanSupplier stopping) {
        this.client = EngineClient.of(access, stopping);
        this.config = access.config();
        this.weights = new EngineWeights(client, config, first);
        this.stopIds = stopIds.clone();
        this.maxAnswers = maxAnswers;
        this.clock = clock;
    }

    /** Tells whether the answers of a request would be asked for at once. */
    public boolean hasRoomFor(SamplingRequest request) {
        return answers() + request.samples() <= maxAnswers;
    }

    /**
     * Adds a request.
     *
     * @throws IllegalArgumentException if it exceeds a limit of this sampler or of the engine
     */
    public void submit(SamplingRequest request) {
        if (request.samples() > maxAnswers) {
            throw new IllegalArgumentException(
                    "request " + request.id() + " wants " + request.samples() + " samples, max-rows is " + maxAnswers);
        }
        long length = (long) request.prompt().length + request.parameters().maxTokens();
        if (length > weights.maxLength()) {
            throw new IllegalArgumentException("request " + request.id() + " has " + request.prompt().length
                    + " prompt tokens and up to " + request.parameters().maxTokens() + " answer tokens, the engine "
                    + client.url() + " takes " + weights.maxLength());
        }
        for (int sample = 0; sample < request.samples(); sample++) {
            waiting.add(new WantedAnswer(request, sample, stopIds));
        }
    }

    /** Tells whether no answer is under way. */
    public boolean isIdle() {
        return answers() == 0;
    }

    /** Returns the number of answers under way. */
    public int answers() {
        return waiting.size() + asked.size();
    }

    /** Returns what keeps the engine from answering; empty: nothing. */
    public Optional<String> trouble() {
        return weights.trouble();
    }

    /**
     * Loads a version into the engine, while answers are under way. Where that fails now, {@link #advance} tries again.
     *
     * @throws dev.longstream.failure.UnusableInputException if the engine cannot sample for this run
     */
    public void useWeights(EngineVersion version) {
        weights.want(version);
        isReady();
    }

    /**
     * Brings the engine to its version, asks for waiting answers and waits for replies.
     *
     * @param patience time to wait for the first reply
     * @return the answers that are over
     * @throws dev.longstream.failure.UnusableInputException if the engine cannot sample for this run
     */
    public EngineProgress advance(Duration patience) {
        if (isReady()) {
            askWaiting();
        }
        List<Reply> arrived = arrived(patience);
        List<Sample> answers = new ArrayList<>();
        List<FailedSample> failures = new ArrayList<>();
        for (Reply reply : arrived) {
            if (reply.answer().isAskedBy(reply.pending())) {
                asked.remove(reply.answer());
                take(reply, answers, failures);
            }
        }
        release();
        return answers.isEmpty() && failures.isEmpty() ? EngineProgress.NONE : new EngineProgress(answers, failures);
    }

    private void release() {
        try {
            weights.release(asked.stream().map(WantedAnswer::model).collect(Collectors.toSet()));
        } catch (EngineStoppedException e) {
            LOG.debug("Earlier versions stay where they are, because the worker stops");
        }
    }

    /** Returns whether the engine may read the folder of an earlier version again. */
    public boolean holds(EngineVersion version) {
        return weights.holds(version);
    }

    private boolean isReady() {
        try {
            weights.look();
            if (weights.isServing()) {
                return true;
            }
            if (!weights.isDue()) {
                return false;
            }
            if (!weights.keepsAnswers()) {
                abandonAll();
            }
            return weights.bring();
        } catch (EngineStoppedException e) {
            return false;
        }
    }

    /** Takes back the requests to an engine that lost its weights; they are asked again when it has some. */
    private void abandonAll() {
        asked.forEach(WantedAnswer::abandon);
        waiting.addAll(asked);
        asked.clear();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the reply or its failure goes to the queue
    private void askWaiting() {
        for (int left = waiting.size(); left > 0; left--) {
            WantedAnswer answer = waiting.remove();
            if (!answer.isDue()) {
                waiting.add(answer);
                continue;
            }
            String model = weights.model();
            EngineHttp.PendingReply pending = client.ask(answer.engineRequest(model));
            answer.asked(pending, model, clock.millis());
            asked.add(answer);
            pending.reply().whenComplete((body, failure) -> replies.add(new Reply(answer, pending, body, failure)));
        }
    }

    private List<Reply> arrived(Duration patience) {
        List<Reply> arrived = new ArrayList<>();
        try {
            Reply first = replies.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (first != null) {
                arrived.add(first);
                replies.drainTo(arrived);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return arrived;
    }

    private void take(Reply reply, List<Sample> answers, List<FailedSample> failures) {
        WantedAnswer answer = reply.answer();
        try {
            if (reply.body() == null) {
                throw EngineHttp.failure(reply.failure() == null ? new IllegalStateException() : reply.failure());
            }
            EngineAnswer got = client.read(reply.body());
            if (!got.isFinished()) {
                throw new EngineException(
                        0, "the answer ended with '" + got.finish() + "' after " + got.tokens().length + " tokens");
            }
            answers.add(answer.sample(got, versions(answer.model(), got), clock.millis()));
        } catch (EngineException e) {
            if (e.status() != 200 && !e.isRefusal()) {
                weights.suspect();
            }
            answer.failed();
            if (e.isRefusal() || answer.attempts() >= config.maxAttempts()) {
                failures.add(new FailedSample(
                        answer.request().id(),
                        answer.sampleIndex(),
                        "the engine " + client.url() + " gave no answer in " + answer.attempts() + " attempts: "
                                + e.getMessage()));
            } else {
                LOG.warn(
                        "Answer {} of {} is asked again, attempt {}: {}",
                        answer.sampleIndex(),
                        answer.request().id(),
                        answer.attempts() + 1,
                        e.getMessage());
                waiting.add(answer);
            }
        }
    }

    private List<VersionTokens> versions(String model, EngineAnswer answer) {
        List<VersionTokens> versions = new ArrayList<>();
        for (LabelledTokens run : answer.versions()) {
            long version = weights.versionOf(model, run.label())
                    .orElseThrow(() -> new EngineException(
                            0, "the answer has tokens of weights '" + run.label() + "', which nobody here loaded"));
            int last = versions.size() - 1;
            if (last >= 0 && versions.get(last).version() == version) {
                versions.set(last, new VersionTokens(version, versions.get(last).tokens() + run.tokens()));
            } else if (run.tokens() > 0) {
                versions.add(new VersionTokens(version, run.tokens()));
            }
        }
        return versions;
    }

    /** Closes the connections of answers under way, by which the engine drops them. The engine keeps its weights. */
    @Override
    public void close() {
        abandonAll();
        weights.close();
    }
}
