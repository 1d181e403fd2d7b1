package dev.longstream.policy.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.model.TorchEngine;
import dev.longstream.policy.model.TorchModule;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Decodes answers to many prompts together. Requests join and answers leave between chunks; a prompt is read once for all of its answers, whose
 * keys and values it shares.
 *
 * <p>An answer depends on its request's seed, its index, the prompt, the weights and the settings of the draw: not on what else is decoded,
 * nor on the size of a chunk, as far as the rounding of matrix products allows. Weights can be exchanged between chunks; keys and values of
 * older ones are kept, and every token says which version chose it.
 *
 * <p>Used by one thread at a time; the model is this sampler's as long as it lives, and keeps the memory layout that suits sampling.
 */
public final class Sampler implements AutoCloseable {
    /** Prompt tokens read by one call, padding included; keeps activations small beside the cache. */
    private static final int PREFILL_TOKENS = 4096;

    /** Prompt tokens that attend together; their scores' mask has as many rows. */
    private static final int PREFILL_CHUNK = 1024;

    private final PolicyModel model;
    private final TorchModule module;
    private final SamplerLimits limits;
    private final Set<Integer> stopIds;
    private final InstantSource clock;
    private final NDManager manager = TorchEngine.newManager();
    private final NDArray stops;
    private final Deque<SamplingRequest> waiting = new ArrayDeque<>();

    // Caches belong to what is in these lists, in the same order.
    private List<Group> groups = new ArrayList<>();
    private List<Answer> answers = new ArrayList<>();
    private NDArray shared;
    private NDArray own;
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
        this.module = model.module(SamplingText.METHODS);
        module.call("by_columns", layerMatrices(model));
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
        this.shared = cache(0, 1);
        this.own = cache(0, 1);
    }

    /** Not the embedding, whose rows are looked up. */
    private static List<NDArray> layerMatrices(PolicyModel model) {
        List<NDArray> weights = new ArrayList<>();
        for (int layer = 0; layer < model.config().layers(); layer++) {
            weights.addAll(model.layerWeights(layer));
        }
        if (!model.config().tiedEmbeddings()) {
            weights.add(model.outputHead());
        }
        return weights;
    }

    private NDArray cache(int entries, int columns) {
        ModelConfig config = model.config();
        return manager.zeros(
                new Shape(config.layers(), 2, entries, config.keyValueHeads(), columns, config.headSize()),
                DataType.FLOAT32);
    }

    /** Whether a request would be decoded with the next chunk. */
    public boolean hasRoomFor(SamplingRequest request) {
        return fits(Stream.concat(waiting.stream(), Stream.of(request)).toList());
    }

    /** Whether these requests fit beside what is being decoded. */
    private boolean fits(List<SamplingRequest> requests) {
        long rows = answers.size();
        long prompts = groups.size();
        long promptTokens = 0;
        long answerTokens = 0;
        for (Group group : groups) {
            promptTokens = Math.max(promptTokens, group.sharedLength());
            answerTokens = Math.max(answerTokens, group.request().draw().maxTokens());
        }
        for (SamplingRequest request : requests) {
            rows += request.samples();
            prompts++;
            promptTokens = Math.max(promptTokens, Group.sharedLength(request));
            answerTokens = Math.max(answerTokens, request.draw().maxTokens());
        }
        return rows <= limits.maxRows()
                && cacheBytes(prompts, promptTokens, rows, answerTokens) <= limits.maxCacheBytes();
    }

    /** Every entry takes as many columns as the longest one. */
    private long cacheBytes(long prompts, long promptTokens, long rows, long answerTokens) {
        ModelConfig config = model.config();
        long tokenBytes = 2L * config.layers() * config.keyValueHeads() * config.headSize() * Float.BYTES;
        return tokenBytes * (prompts * promptTokens + rows * (answerTokens + limits.chunkTokens()));
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
        long positions = (long) prompt.length + request.draw().maxTokens();
        if (positions > config.maxPositions()) {
            throw refused(
                    request,
                    "has " + prompt.length + " prompt tokens and up to "
                            + request.draw().maxTokens() + " answer tokens, the model has " + config.maxPositions()
                            + " positions");
        }
        long bytes = cacheBytes(
                1, prompt.length - 1L, request.samples(), request.draw().maxTokens());
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

    private Stream<SamplingRequest> requests() {
        return Stream.concat(
                waiting.stream(), answers.stream().map(answer -> answer.group().request()));
    }

    private static IllegalArgumentException refused(SamplingRequest request, String why) {
        return new IllegalArgumentException("request " + request.id() + " " + why);
    }

    /** Forgets a request and its unfinished answers; an unknown one is none of this sampler's business. */
    public void cancel(String id) {
        waiting.removeIf(request -> request.id().equals(id));
        keep(answers.stream()
                .filter(answer -> !answer.group().request().id().equals(id))
                .toList());
    }

    /** Whether there is nothing to decode and nothing waits. */
    public boolean isIdle() {
        return answers.isEmpty() && waiting.isEmpty();
    }

    /** Answers that are being decoded. */
    public int activeRows() {
        return answers.size();
    }

    /** Requests that wait for room. */
    public int waitingRequests() {
        return waiting.size();
    }

    /** Policy version of the weights in use. */
    public long version() {
        return version;
    }

    /** Takes over weights; the next token is theirs. */
    public void useWeights(long newVersion, PolicyFolder folder) {
        model.loadWeights(folder);
        version = newVersion;
    }

    /** Takes over another model's weights, which nobody may change meanwhile; the next token is theirs. */
    public void useWeights(long newVersion, PolicyModel other) {
        model.copyWeightsFrom(other);
        version = newVersion;
    }

    /**
     * Reads the prompts of waiting requests that there is room for, then decodes up to {@code chunkTokens} tokens of every answer.
     *
     * @return the answers that were finished
     */
    public List<Sample> decodeChunk() {
        admit();
        if (answers.isEmpty()) {
            return List.of();
        }
        int steps = Math.min(
                limits.chunkTokens(),
                answers.stream().mapToInt(Answer::tokensLeft).max().orElseThrow());
        int filled = answers.stream().mapToInt(Answer::length).max().orElseThrow();
        reserveOwn(filled + steps);
        decode(filled, steps);
        long now = clock.millis();
        List<Sample> finished = new ArrayList<>();
        List<Answer> unfinished = new ArrayList<>();
        for (Answer answer : answers) {
            answer.chunkDone(now);
            if (answer.isFinished()) {
                finished.add(answer.sample(now));
            } else {
                unfinished.add(answer);
            }
        }
        keep(unfinished);
        return finished;
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
        admitted.sort(Comparator.comparingInt(Group::sharedLength)); // neighbours are padded to one length
        try (NDManager prefills = manager.newSubManager()) {
            List<NDArray> added = new ArrayList<>();
            for (List<SamplingRequest> batch : batches(admitted)) {
                added.add(prefill(prefills, batch));
            }
            int columns = Math.max(1, Group.sharedLength(admitted.get(admitted.size() - 1)));
            for (Group group : groups) {
                columns = Math.max(columns, group.sharedLength());
            }
            int rowsBefore = answers.size();
            int groupsBefore = groups.size();
            for (SamplingRequest request : admitted) {
                Group group = new Group(request, now);
                groups.add(group);
                for (int sample = 0; sample < request.samples(); sample++) {
                    answers.add(new Answer(group, sample));
                }
            }
            shared = rebuild(shared, upTo(groupsBefore), added, groups.size(), columns);
            own = rebuild(own, upTo(rowsBefore), List.of(), answers.size(), columns(own));
        }
    }

    private static List<List<SamplingRequest>> batches(List<SamplingRequest> shortestFirst) {
        List<List<SamplingRequest>> batches = new ArrayList<>();
        List<SamplingRequest> batch = new ArrayList<>();
        for (SamplingRequest request : shortestFirst) {
            if (!batch.isEmpty() && (batch.size() + 1L) * request.prompt().length > PREFILL_TOKENS) {
                batches.add(batch);
                batch = new ArrayList<>();
            }
            batch.add(request);
        }
        batches.add(batch);
        return batches;
    }

    /** Keys and values of prompts without their last tokens. */
    private NDArray prefill(NDManager owner, List<SamplingRequest> batch) {
        int width =
                Math.max(1, batch.stream().mapToInt(Group::sharedLength).max().orElseThrow());
        long[] tokens = new long[batch.size() * width];
        for (int b = 0; b < batch.size(); b++) {
            int[] prompt = batch.get(b).prompt();
            for (int t = 0; t < prompt.length - 1; t++) {
                tokens[b * width + t] = prompt[t];
            }
        }
        try (NDArray batchTokens = TorchEngine.constant(owner, tokens, batch.size(), width)) {
            return module.run(owner, "prefill", model.weights(), batchTokens, model.frequencies(), PREFILL_CHUNK)
                    .singletonOrThrow();
        }
    }

    private static long[] upTo(int count) {
        long[] indices = new long[count];
        for (int i = 0; i < count; i++) {
            indices[i] = i;
        }
        return indices;
    }

    private NDArray rebuild(NDArray cache, long[] kept, List<NDArray> added, int entries, int columns) {
        try (NDArray keptEntries = TorchEngine.constant(manager, kept, kept.length)) {
            NDArray rebuilt = module.run(manager, "rebuild", cache, keptEntries, added, entries, columns)
                    .singletonOrThrow();
            cache.close();
            return rebuilt;
        }
    }

    private static int columns(NDArray cache) {
        return Math.toIntExact(cache.getShape().get(4));
    }

    private void reserveOwn(int columns) {
        if (columns(own) < columns) {
            int most = answers.stream()
                    .mapToInt(answer -> answer.group().request().draw().maxTokens())
                    .max()
                    .orElseThrow();
            int grown = Math.max(columns, Math.min(2 * columns(own), most));
            own = rebuild(own, upTo(answers.size()), List.of(), answers.size(), grown);
        }
    }

    /** Closes ranks: answers that are not kept lose their caches, as do groups without answers. */
    private void keep(List<Answer> kept) {
        if (kept.size() == answers.size()) {
            return;
        }
        long[] rows = kept.stream().mapToLong(answers::indexOf).toArray();
        List<Group> keptGroups = groups.stream()
                .filter(group -> kept.stream().anyMatch(answer -> answer.group() == group))
                .toList();
        if (keptGroups.size() < groups.size()) {
            long[] entries = keptGroups.stream().mapToLong(groups::indexOf).toArray();
            int columns =
                    keptGroups.stream().mapToInt(Group::sharedLength).max().orElse(1);
            shared = rebuild(shared, entries, List.of(), entries.length, Math.max(1, columns));
            groups = new ArrayList<>(keptGroups);
        }
        int columns = kept.stream().mapToInt(Answer::length).max().orElse(1);
        own = rebuild(own, rows, List.of(), rows.length, Math.max(1, columns));
        answers = new ArrayList<>(kept);
    }

    private void decode(int filled, int steps) {
        try (NDManager chunk = manager.newSubManager()) {
            DecodeInputs inputs = DecodeInputs.of(groups, answers, steps);
            NDList drawn = inputs.decode(chunk, module, model, shared, own, filled, stops);
            long[] tokens = drawn.get(0).toLongArray();
            float[] behaviour = drawn.get(1).toFloatArray();
            float[] policy = drawn.get(2).toFloatArray();
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
