package dev.longstream.policy.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.model.TorchEngine;
import dev.longstream.policy.model.TorchModule;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Computes keys and values of prompts ({@link Segment}s) and caches them for later prompts with the same beginning,
 * until the weights change. If memory runs out, the least recently used segment is dropped.
 */
final class PromptReader {
    /** Maximum of prompt tokens in one call, padding included, so that activations stay small beside the cache. */
    private static final int MAX_CALL_TOKENS = 4096;

    /** Number of queries in one call of the attention; the mask has as many rows. */
    private static final int CHUNK = 1024;

    /**
     * Minimum length of a prefix in tokens. Reading fewer tokens again costs less than attending to a prefix at every
     * step.
     */
    private static final int MIN_PREFIX = 32;

    private final NDManager manager;
    private final TorchModule module;
    private final PolicyModel model;
    private final List<NDArray> weights;
    private final long maxBytes;
    private final List<Segment> segments = new ArrayList<>();
    private long uses;
    private long tokensRead;

    PromptReader(NDManager manager, TorchModule module, PolicyModel model, List<NDArray> weights, long maxBytes) {
        this.manager = manager;
        this.module = module;
        this.model = model;
        this.weights = weights;
        this.maxBytes = maxBytes;
    }

    /** Returns the number of tokens that went through the model so far, without padding. */
    long tokensRead() {
        return tokensRead;
    }

    /** Returns the bytes of one token's keys and values. */
    static long tokenBytes(ModelConfig config) {
        return 2L * config.layers() * config.keyValueHeads() * config.headSize() * Float.BYTES;
    }

    /**
     * Rounds a number of tokens up to a multiple of an eighth of its highest power of two, at least 16. It is an upper
     * bound of a prompt's columns; prompts with the same bound are read together, padded to the longest of them.
     */
    static int columns(int sharedLength) {
        int step = Math.max(16, Integer.highestOneBit(sharedLength) / 8);
        return Math.max(step, (sharedLength + step - 1) / step * step);
    }

    /** Returns the bytes of the segments in use. */
    long usedBytes() {
        return segments.stream()
                .filter(Segment::isUsed)
                .mapToLong(Segment::bytes)
                .sum();
    }

    /** Returns the bytes of all segments. */
    long bytes() {
        return segments.stream().mapToLong(Segment::bytes).sum();
    }

    /**
     * Reads the prompts of as many requests as fit in one call. A request that shares a prefix with one of these is
     * left for the next call, which finds the prefix in the cache.
     *
     * @param pending at least one request, shortest prompt first; the requests that are read are removed
     * @param reserved bytes that the reader must leave free, for all pending requests and for other arrays
     * @param version policy version of the weights
     * @param taken receives the requests that are read, in the order of the segment's entries
     * @return the segment, with one use counted for the caller
     */
    Segment read(List<SamplingRequest> pending, long reserved, long version, List<SamplingRequest> taken) {
        Prefix common = null;
        for (SamplingRequest request : List.copyOf(pending)) {
            Prefix prefix = usablePrefix(request.prompt(), reserved, version).orElse(null);
            if (taken.isEmpty() || fitsTogether(request, prefix, taken, common)) {
                common = common == null || prefix == null ? prefix : common.upTo(prefix.columns());
                taken.add(request);
                pending.remove(request);
            }
        }
        List<int[]> prompts = taken.stream().map(SamplingRequest::prompt).toList();
        Prefix prefix = common;
        if (prefix != null) {
            prefix.segment().use(++uses);
        }
        makeRoom(reserved);
        Segment segment = new Segment(prompts, prefix, compute(prompts, prefix), version);
        segment.use(++uses);
        segments.add(segment);
        return segment;
    }

    /**
     * Finds the longest cached prefix of a prompt that saves at least half of its reading and whose segment can stay in
     * memory.
     */
    private Optional<Prefix> usablePrefix(int[] prompt, long reserved, long version) {
        return segments.stream()
                .filter(segment -> segment.version() == version && segment.prefix() == null)
                .filter(segment -> segment.isUsed() || usedBytes() + segment.bytes() + reserved <= maxBytes)
                .map(segment -> segment.longestPrefixOf(prompt))
                .filter(Objects::nonNull)
                .filter(prefix -> isWorthIt(prefix.columns(), prompt))
                .max(Comparator.comparingInt(Prefix::columns));
    }

    private static boolean isWorthIt(int columns, int[] prompt) {
        return columns >= MIN_PREFIX && columns >= (prompt.length - 1) / 2;
    }

    /**
     * Tells whether a request can be read in one call with those taken: same padded length, prefixes of one entry, and
     * room.
     */
    private static boolean fitsTogether(
            SamplingRequest request, @Nullable Prefix prefix, List<SamplingRequest> taken, @Nullable Prefix common) {
        int before = 0;
        if (prefix != null && common != null) {
            if (!prefix.isBeside(common)) {
                return false;
            }
            before = Math.min(prefix.columns(), common.columns());
        } else if (prefix != null || common != null || taken.stream().anyMatch(other -> beginAlike(other, request))) {
            return false;
        }
        int columns = columns(AnswerGroup.sharedLength(request) - before);
        return (taken.size() + 1L) * columns <= MAX_CALL_TOKENS
                && taken.stream().allMatch(isLike(request, columns, before));
    }

    private static Predicate<SamplingRequest> isLike(SamplingRequest request, int columns, int before) {
        return other -> columns(AnswerGroup.sharedLength(other) - before) == columns
                && other.parameters().maxTokens() == request.parameters().maxTokens();
    }

    private static boolean beginAlike(SamplingRequest first, SamplingRequest second) {
        return isWorthIt(Segment.commonColumns(first.prompt(), second.prompt()), second.prompt());
    }

    private void makeRoom(long reserved) {
        while (bytes() + reserved > maxBytes) {
            Optional<Segment> oldest = segments.stream()
                    .filter(segment -> !segment.isUsed())
                    .min(Comparator.comparingLong(Segment::lastUse));
            if (oldest.isEmpty()) {
                return;
            }
            drop(oldest.get());
        }
    }

    private void drop(Segment segment) {
        segments.remove(segment);
        segment.close();
        if (segment.prefix() != null) {
            segment.prefix().segment().release();
        }
    }

    /** Computes keys and values of prompts without their last tokens and without the prefix. */
    private NDArray compute(List<int[]> prompts, @Nullable Prefix prefix) {
        int before = prefix == null ? 0 : prefix.columns();
        int width = Math.max(
                1,
                prompts.stream()
                        .mapToInt(prompt -> prompt.length - 1 - before)
                        .max()
                        .orElseThrow());
        long[] tokens = new long[prompts.size() * width];
        for (int p = 0; p < prompts.size(); p++) {
            int[] prompt = prompts.get(p);
            for (int t = before; t < prompt.length - 1; t++) {
                tokens[p * width + t - before] = prompt[t];
                tokensRead++;
            }
        }
        try (NDManager call = manager.newSubManager()) {
            return module.run(
                            manager,
                            "prefill",
                            weights,
                            TorchEngine.constant(call, tokens, prompts.size(), width),
                            model.frequencies(),
                            CHUNK,
                            prefix == null
                                    ? List.of()
                                    : List.of(prefix.segment().cache()),
                            prefix == null ? 0 : prefix.entry(),
                            before)
                    .singletonOrThrow();
        }
    }

    /** Ends one use of a segment. A segment that later prompts can continue stays in the cache. */
    void release(Segment segment, long version) {
        segment.release();
        dropUnusable(version);
    }

    private static boolean mayServe(Segment segment, long version) {
        return segment.version() == version
                && segment.prefix() == null
                && segment.prompts().stream().anyMatch(prompt -> prompt.length > MIN_PREFIX);
    }

    private void dropUnusable(long version) {
        for (int i = segments.size() - 1; i >= 0; i--) { // segments that continue a prefix before the prefix's own
            if (!segments.get(i).isUsed() && !mayServe(segments.get(i), version)) {
                drop(segments.get(i));
            }
        }
    }

    /** Drops unused segments of older weights; computes the others again if {@code what} is RECOMPUTE. */
    void weightsChanged(long version, OnNewWeights what) {
        dropUnusable(version);
        if (what == OnNewWeights.RECOMPUTE) {
            for (Segment segment : segments) { // in the order of their creation, so prefixes first
                segment.replaceCache(compute(segment.prompts(), segment.prefix()), version);
            }
        }
    }
}
