package dev.longstream.engines;

import dev.longstream.policy.sampling.Sample;
import dev.longstream.policy.sampling.SamplingParameters;
import dev.longstream.policy.sampling.SamplingRequest;
import dev.longstream.policy.sampling.VersionTokens;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** One answer of a request, from its first request to the engine until it is finished or given up. */
final class WantedAnswer {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final int MAX_DOUBLINGS = 6;
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private final SamplingRequest request;
    private final int sampleIndex;
    private final int[] stopIds;
    private long startedMillis;
    private int attempts;
    private long askAt = System.nanoTime();
    private EngineHttp.@Nullable PendingReply sent;
    private String model = "";

    WantedAnswer(SamplingRequest request, int sampleIndex, int[] stopIds) {
        this.request = request;
        this.sampleIndex = sampleIndex;
        this.stopIds = stopIds;
    }

    SamplingRequest request() {
        return request;
    }

    int sampleIndex() {
        return sampleIndex;
    }

    int attempts() {
        return attempts;
    }

    /**
     * Returns the request, which is the same at every attempt and every delivery of the assignment, but for the model.
     *
     * @param model model to ask
     */
    EngineClient.EngineRequest engineRequest(String model) {
        long seed = new SplittableRandom(request.seed() + GOLDEN_GAMMA * (sampleIndex + 1L)).nextLong();
        return new EngineClient.EngineRequest(
                model,
                request.prompt(),
                request.parameters(),
                seed & Long.MAX_VALUE,
                request.ignoresStops() ? new int[0] : stopIds);
    }

    /** Returns the model that was asked last. */
    String model() {
        return model;
    }

    boolean isDue() {
        return System.nanoTime() - askAt >= 0;
    }

    void asked(EngineHttp.PendingReply pending, String ofModel, long nowMillis) {
        sent = pending;
        model = ofModel;
        startedMillis = startedMillis == 0 ? nowMillis : startedMillis;
    }

    /** Returns whether a reply belongs to the request under way, not to one that was abandoned. */
    boolean isAskedBy(EngineHttp.PendingReply pending) {
        return pending.equals(sent);
    }

    /** Forgets the request under way, so that the next attempt can begin at once. */
    void abandon() {
        if (sent != null) {
            sent.cancel();
            sent = null;
        }
    }

    /** Counts an attempt that failed; the next one waits. */
    void failed() {
        sent = null;
        Duration wait = FIRST_PAUSE.multipliedBy(1L << Math.min(attempts, MAX_DOUBLINGS));
        attempts++;
        askAt = System.nanoTime() + wait.toNanos();
    }

    /** Returns the finished answer. */
    Sample sample(EngineAnswer answer, List<VersionTokens> versions, long nowMillis) {
        SamplingParameters draw = request.parameters();
        boolean uncut = draw.temperature() == 1 && draw.topP() == 1 && draw.topK() == 0;
        return new Sample(
                request.id(),
                sampleIndex,
                answer.tokens(),
                answer.logProbs(),
                uncut ? answer.logProbs() : new float[0],
                versions,
                answer.isTruncated(),
                new Sample.SampleTimes(startedMillis, 0, nowMillis));
    }
}
