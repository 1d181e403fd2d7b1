package dev.longstream.policy.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.model.TorchEngine;
import dev.longstream.policy.model.TorchModule;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Decodes answers to many prompts together. Requests join and answers leave between chunks; a prompt is read once for all of its answers, whose
 * keys and values it shares.
 *
 * <p>An answer depends on its request's seed, its index, the prompt, the weights and the settings of the draw: not on what else is decoded,
 * nor on the size of a chunk, as far as the rounding of matrix products allows. Weights can be exchanged between chunks; what becomes of keys
 * and values of older ones is said with {@link OnNewWeights}, and every token says which version chose it.
 *
 * <p>A prompt that begins like another one which was read by the same weights (the same document with another question) goes on from there.
 *
 * <p>Used by one thread at a time; the model is this sampler's as long as it lives.
 */
public final class Sampler implements AutoCloseable {
    private final PolicyModel model;
    private final TorchModule module;
    private final List<NDArray> weights = new ArrayList<>();
    private final SamplerLimits limits;
    private final Set<Integer> stopIds;
    private final InstantSource clock;
    private final NDManager manager = TorchEngine.newManager();
    private NDManager packed = manager.newSubManager();
    private final NDArray stops;
    private final Deque<SamplingRequest> waiting = new ArrayDeque<>();

    private final PromptReader reader;
    private List<Cohort> cohorts = new ArrayList<>();
    private long version;

    public Sampler(PolicyModel model, long version, int[] stopIds, SamplerLimits limits) {
        this(model, version, stopIds, limits, InstantSource.system());
    }

    /**
     * @param version of the model's weights
     * @param stopIds tokens that end an answer, and are its last
     */
    public Sampler(PolicyModel model, long version, int[] stopIds, SamplerLimits limits, InstantSource clock) {
        this.model = model;
        this.version = version;
        this.limits = limits;
        this.clock = clock;
        this.module = model.module(SamplingScript.of(model.computeType()));
        packWeights();
        this.stopIds = new LinkedHashSet<>();
        int vocabulary = model.config().vocabularySize();
        long[] isStop = new long[vocabulary];
        for (int id : stopIds) {
            if (id < 0 || id >= vocabulary) {
                throw new IllegalArgumentException(
                        "stop id " + id + " is not in the vocabulary, expected 0 to " + (vocabulary - 1));
            }
            isStop[id] = 1;
            this.stopIds.add(id);
        }
        this.stops = TorchEngine.constant(manager, isStop, vocabulary);
        this.reader = new PromptReader(manager, module, model, weights, limits.maxCacheBytes());
    }

    /** Packs the layers' matrices and the output head. The embedding is not packed, since its rows are looked up. */
    private void packWeights() {
        packed.close();
        packed = manager.newSubManager();
        weights.clear();
        weights.addAll(model.weights());
        for (int layer = 0; layer < model.config().layers(); layer++) {
            List<NDArray> ofLayer = model.ofLayer(weights, layer);
            NDList made = module.run(packed, "packed_layer", ofLayer);
            Collections.copy(ofLayer, made);
        }
        weights.add(module.run(packed, "packed", List.of(model.outputHead())).singletonOrThrow());
    }

    /** Whether a request would be decoded with the next chunk. */
    public boolean hasRoomFor(SamplingRequest request) {
        return fits(Stream.concat(waiting.stream(), Stream.of(request)).toList());
    }

    /** Whether these requests fit beside what is being decoded. */
    private boolean fits(List<SamplingRequest> requests) {
        long rows = activeRows();
        long bytes = ownBytes() + reader.usedBytes();
        for (SamplingRequest request : requests) {
            rows += request.samples();
            bytes += cacheBytes(request);
        }
        return rows <= limits.maxRows() && bytes <= limits.maxCacheBytes();
    }

    /** Returns an upper bound of a request's keys and values in bytes; a shared beginning makes them smaller. */
    private long cacheBytes(SamplingRequest request) {
        return PromptReader.tokenBytes(model.config())
                * (PromptReader.columns(AnswerGroup.sharedLength(request)) + request.samples() * ownColumns(request));
    }

    /** Returns the columns of one answer. A call decodes as many tokens of short answers as of long ones, so there are more than tokens. */
    private long ownColumns(SamplingRequest request) {
        return (long) request.parameters().maxTokens() + limits.chunkTokens();
    }

    private long ownBytes() {
        return cohorts.stream().mapToLong(Cohort::ownBytes).sum();
    }

    /**
     * Takes a request on; it waits until there is room.
     *
     * @throws IllegalArgumentException when it could never be decoded here
     */
    public void submit(SamplingRequest request) {
        ModelConfig config = model.config();
        int[] prompt = request.prompt();
        if (request.samples() > limits.maxRows()) {
            throw refused(request, "wants " + request.samples() + " samples, max-rows is " + limits.maxRows());
        }
        long positions = (long) prompt.length + request.parameters().maxTokens();
        if (positions > config.maxPositions()) {
            throw refused(
                    request,
                    "has " + prompt.length + " prompt tokens and up to "
                            + request.parameters().maxTokens() + " answer tokens, the model has "
                            + config.maxPositions()
                            + " positions");
        }
        long bytes = cacheBytes(request);
        if (bytes > limits.maxCacheBytes()) {
            throw refused(request, "needs " + bytes + " bytes of cache, max-cache-bytes is " + limits.maxCacheBytes());
        }
        for (int token : prompt) {
            if (token < 0 || token >= config.vocabularySize()) {
                throw refused(
                        request, "has token " + token + ", the vocabulary ends at " + (config.vocabularySize() - 1));
            }
        }
        if (requests().anyMatch(other -> other.id().equals(request.id()))) {
            throw refused(request, "is being answered already");
        }
        waiting.add(request);
    }

    private Stream<Answer> answers() {
        return cohorts.stream().flatMap(cohort -> cohort.answers().stream());
    }

    private Stream<SamplingRequest> requests() {
        return Stream.concat(
                waiting.stream(), answers().map(answer -> answer.group().request()));
    }

    private static IllegalArgumentException refused(SamplingRequest request, String why) {
        return new IllegalArgumentException("request " + request.id() + " " + why);
    }

    /** Forgets a request and its unfinished answers; an unknown one is none of this sampler's business. */
    public void cancel(String id) {
        waiting.removeIf(request -> request.id().equals(id));
        keep(answer -> !answer.group().request().id().equals(id));
    }

    /** Whether there is nothing to decode and nothing waits. */
    public boolean isIdle() {
        return cohorts.isEmpty() && waiting.isEmpty();
    }

    /** Answers that are being decoded. */
    public int activeRows() {
        return cohorts.stream().mapToInt(cohort -> cohort.answers().size()).sum();
    }

    /** Requests that wait for room. */
    public int waitingRequests() {
        return waiting.size();
    }

    /** Policy version of the weights in use. */
    public long version() {
        return version;
    }

    /** Prompt tokens that went through the model; less than those submitted where prompts begin alike. */
    public long promptTokensRead() {
        return reader.tokensRead();
    }

    /** Takes over weights; the next token is theirs. */
    public void useWeights(long newVersion, PolicyFolder folder, OnNewWeights what) {
        model.loadWeights(folder);
        weightsAre(newVersion, what);
    }

    /** Takes over another model's weights, which nobody may change meanwhile; the next token is theirs. */
    public void useWeights(long newVersion, PolicyModel other, OnNewWeights what) {
        model.copyWeightsFrom(other);
        weightsAre(newVersion, what);
    }

    private void weightsAre(long newVersion, OnNewWeights what) {
        version = newVersion;
        packWeights();
        reader.weightsChanged(newVersion, what);
        if (what == OnNewWeights.RECOMPUTE) {
            for (Cohort cohort : cohorts) {
                if (cohort.filled() > 0) {
                    try (NDManager call = manager.newSubManager()) {
                        new DecodeInputs(call, List.of(cohort), canCopy(List.of(cohort)))
                                .readAgain(module, model, weights, cohort.filled());
                    }
                }
            }
        }
    }

    /**
     * Reads the prompts of waiting requests that there is room for, then decodes up to {@code chunkTokens} tokens of every answer.
     *
     * @return the answers that were finished
     */
    public List<Sample> decodeChunk() {
        admit();
        if (cohorts.isEmpty()) {
            return List.of();
        }
        decode(Math.min(
                limits.chunkTokens(),
                answers().mapToInt(Answer::tokensLeft).max().orElseThrow()));
        long now = clock.millis();
        answers().forEach(answer -> answer.chunkDone(now));
        List<Sample> finished = answers()
                .filter(Answer::isFinished)
                .map(answer -> answer.sample(now))
                .toList();
        keep(answer -> !answer.isFinished());
        return finished;
    }

    /** Returns what is decoded so far of a request's unfinished answers; empty while it waits for room. */
    public List<PartialAnswer> unfinished(String requestId) {
        return answers()
                .filter(answer -> answer.group().request().id().equals(requestId))
                .map(Answer::partial)
                .toList();
    }

    private void admit() {
        List<SamplingRequest> admitted = new ArrayList<>();
        while (!waiting.isEmpty()) {
            admitted.add(waiting.element());
            if (!fits(admitted)) {
                admitted.remove(admitted.size() - 1);
                break;
            }
            waiting.remove();
        }
        if (admitted.isEmpty()) {
            return;
        }
        long now = clock.millis();
        admitted.sort(Comparator.comparingInt(AnswerGroup::sharedLength));
        while (!admitted.isEmpty()) {
            long reserved =
                    ownBytes() + admitted.stream().mapToLong(this::cacheBytes).sum();
            List<SamplingRequest> together = new ArrayList<>();
            Segment segment = reader.read(admitted, reserved, version, together);
            List<AnswerGroup> groups = together.stream()
                    .map(request -> new AnswerGroup(request, now))
                    .toList();
            int rows = together.stream().mapToInt(SamplingRequest::samples).sum();
            long columns = ownColumns(together.get(0)); // the same for all that are read together
            NDArray room =
                    module.run(manager, "room", segment.cache(), rows, columns).singletonOrThrow();
            cohorts.add(new Cohort(segment, groups, room));
        }
    }

    /** Answers that are not kept lose their keys and values, as do prompts without answers, unless later ones may begin alike. */
    private void keep(Predicate<Answer> wanted) {
        List<Cohort> left = new ArrayList<>();
        List<Cohort> over = new ArrayList<>();
        for (Cohort cohort : cohorts) {
            List<Answer> answers = cohort.answers();
            List<Answer> kept = answers.stream().filter(wanted).toList();
            (kept.isEmpty() ? over : left).add(cohort);
            if (!kept.isEmpty() && kept.size() < answers.size()) {
                long[] rows = kept.stream().mapToLong(answers::indexOf).toArray();
                try (NDArray keptRows = TorchEngine.constant(manager, rows, rows.length)) {
                    NDArray own = module.run(
                                    manager,
                                    "keep_rows",
                                    cohort.own(),
                                    keptRows,
                                    kept.get(0).length())
                            .singletonOrThrow();
                    cohort.keep(kept, own);
                }
            }
        }
        cohorts = left;
        over.forEach(cohort -> {
            cohort.close();
            reader.release(cohort.segment(), version);
        });
    }

    private boolean canCopy(List<Cohort> some) {
        long copies = some.stream().mapToLong(Cohort::sharedBytes).sum();
        return ownBytes() + reader.bytes() + copies <= limits.maxCacheBytes();
    }

    private void decode(int steps) {
        try (NDManager chunk = manager.newSubManager()) {
            NDList drawn =
                    new DecodeInputs(chunk, cohorts, canCopy(cohorts)).decode(module, model, weights, stops, steps);
            long[] tokens = drawn.get(0).toLongArray();
            float[] behaviour = drawn.get(1).toFloatArray();
            float[] policy = drawn.get(2).toFloatArray();
            List<Answer> answers = answers().toList();
            int decoded = tokens.length / answers.size();
            for (int row = 0; row < answers.size(); row++) {
                Answer answer = answers.get(row);
                for (int i = row * decoded; i < (row + 1) * decoded && !answer.isFinished(); i++) {
                    int token = Math.toIntExact(tokens[i]);
                    answer.add(token, behaviour[i], policy[i], version, stopIds.contains(token));
                }
            }
        }
    }

    /** Frees the caches; the model stays open. */
    @Override
    public void close() {
        manager.close();
    }
}
