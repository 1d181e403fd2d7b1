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
 * Samples answers to many prompts together (continuous batching). Requests join and answers leave between chunks of
 * tokens. A prompt is read once; all of its answers share its keys and values.
 *
 * <p>An answer depends on its request's seed and parameters, its index, the prompt and the weights. It depends neither
 * on other requests nor on the size of a chunk, up to the rounding of matrix products. Weights can change between
 * chunks: {@link OnNewWeights} decides what happens to keys and values of older weights, and a {@link Sample} lists
 * which version chose which tokens.
 *
 * <p>A prompt with the same beginning as an earlier one, e.g. the same document with another question, is read from
 * there on only.
 *
 * <p>Not thread-safe. No other code may use the model until the sampler is closed.
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
    private NDManager adapters = manager.newSubManager();
    private final NDArray stops;
    private final NDArray noStops;
    private final Deque<SamplingRequest> waiting = new ArrayDeque<>();

    private final PromptReader reader;
    private List<Cohort> cohorts = new ArrayList<>();
    private long version;

    /** Creates a sampler with the system's clock. */
    public Sampler(PolicyModel model, long version, int[] stopIds, SamplerLimits limits) {
        this(model, version, stopIds, limits, InstantSource.system());
    }

    /**
     * Creates a sampler.
     *
     * @param version policy version of the model's weights
     * @param stopIds tokens that end an answer; the answer includes them
     * @param clock clock of the times in a {@link Sample}
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
        this.noStops = TorchEngine.constant(manager, new long[vocabulary], vocabulary);
        this.reader = new PromptReader(manager, module, model, weights, limits.maxCacheBytes());
    }

    /** Packs the layers' matrices and the output head. The embedding is not packed, since its rows are looked up. */
    private void packWeights() {
        packed.close();
        packed = manager.newSubManager();
        weights.clear();
        weights.addAll(model.weights());
        for (int layer = 0; layer < model.config().layers(); layer++) {
            List<NDArray> ofLayer = model.baseOf(model.ofLayer(weights, layer));
            NDList made = module.run(packed, "packed_layer", ofLayer);
            Collections.copy(ofLayer, made);
        }
        weights.add(module.run(packed, "packed", List.of(model.outputHead())).singletonOrThrow());
        roundAdapters();
    }

    /** Rounds the matrices of adapters to the type of operands. They are too small to be packed. */
    private void roundAdapters() {
        adapters.close();
        adapters = manager.newSubManager();
        for (int layer = 0; model.adapter().isPresent() && layer < model.config().layers(); layer++) {
            NDList made = module.run(adapters, "lowered", model.adapterOf(model.layerWeights(layer)));
            Collections.copy(model.adapterOf(model.ofLayer(weights, layer)), made);
        }
    }

    /** Tells whether the next chunk would decode a request. */
    public boolean hasRoomFor(SamplingRequest request) {
        return fits(Stream.concat(waiting.stream(), Stream.of(request)).toList());
    }

    /** Tells whether these requests fit beside the answers that are being decoded. */
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

    /**
     * Returns the columns of one answer. A call decodes as many tokens of short answers as of long ones, so there are
     * more than tokens.
     */
    private long ownColumns(SamplingRequest request) {
        return (long) request.parameters().maxTokens() + limits.chunkTokens();
    }

    private long ownBytes() {
        return cohorts.stream().mapToLong(Cohort::ownBytes).sum();
    }

    /**
     * Adds a request, which waits until there is room.
     *
     * @throws IllegalArgumentException if it exceeds a limit of the sampler or the model, or its id is in use
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

    /** Drops a request and its unfinished answers; does nothing if the id is unknown. */
    public void cancel(String id) {
        waiting.removeIf(request -> request.id().equals(id));
        keep(answer -> !answer.group().request().id().equals(id));
    }

    /** Tells whether no answer is being decoded and no request waits. */
    public boolean isIdle() {
        return cohorts.isEmpty() && waiting.isEmpty();
    }

    /** Returns the number of answers that are being decoded. */
    public int activeRows() {
        return cohorts.stream().mapToInt(cohort -> cohort.answers().size()).sum();
    }

    /** Returns the number of requests that wait for room. */
    public int waitingRequests() {
        return waiting.size();
    }

    /** Returns the bytes of all keys and values: those of prompts, kept ones included, and those of unfinished answers. */
    public long cacheBytes() {
        return ownBytes() + reader.bytes();
    }

    /** Returns the policy version of the weights in use. */
    public long version() {
        return version;
    }

    /**
     * Returns the number of prompt tokens that went through the model; fewer than submitted if prompts share
     * beginnings.
     */
    public long promptTokensRead() {
        return reader.tokensRead();
    }

    /** Copies a folder's weights into the model; they choose the next token. An adapter's base is read and packed once. */
    public void useWeights(long newVersion, PolicyFolder folder, OnNewWeights what) {
        if (model.loadWeights(folder)) {
            packWeights();
        } else {
            roundAdapters();
        }
        weightsAre(newVersion, what);
    }

    /** Copies another model's weights, which must not change meanwhile; they choose the next token. */
    public void useWeights(long newVersion, PolicyModel other, OnNewWeights what) {
        model.copyWeightsFrom(other);
        packWeights();
        weightsAre(newVersion, what);
    }

    private void weightsAre(long newVersion, OnNewWeights what) {
        version = newVersion;
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
     * Reads the prompts of waiting requests that there is room for, then decodes up to {@code chunkTokens} tokens of
     * every answer.
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
            long columns = ownColumns(together.get(0)); // equal for all requests that are read together
            NDArray room =
                    module.run(manager, "room", segment.cache(), rows, columns).singletonOrThrow();
            cohorts.add(new Cohort(segment, groups, room));
        }
    }

    /** Drops all other answers and their keys and values, then releases prompts without answers. */
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
            // A chunk ends early when all rows have stopped, which rows without stop tokens never have.
            boolean ignored =
                    answers().anyMatch(answer -> answer.group().request().ignoresStops());
            NDList drawn = new DecodeInputs(chunk, cohorts, canCopy(cohorts))
                    .decode(module, model, weights, ignored ? noStops : stops, steps);
            long[] tokens = drawn.get(0).toLongArray();
            float[] behaviour = drawn.get(1).toFloatArray();
            float[] policy = drawn.get(2).toFloatArray();
            List<Answer> answers = answers().toList();
            int decoded = tokens.length / answers.size();
            for (int row = 0; row < answers.size(); row++) {
                Answer answer = answers.get(row);
                for (int i = row * decoded; i < (row + 1) * decoded && !answer.isFinished(); i++) {
                    int token = Math.toIntExact(tokens[i]);
                    boolean stops = !answer.group().request().ignoresStops() && stopIds.contains(token);
                    answer.add(token, behaviour[i], policy[i], version, stops);
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
