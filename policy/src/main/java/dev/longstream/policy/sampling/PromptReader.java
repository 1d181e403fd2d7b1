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
 * Reads prompts into {@link Segment}s and keeps these for prompts that begin alike, as long as the weights are the same and there is room:
 * what was used least recently goes first.
 */
final class PromptReader {
    /** Prompt tokens read by one call, padding included; keeps activations small beside the cache. */
    private static final int TOKENS_TOGETHER = 4096;

    /** Prompt tokens that attend together; their scores' mask has as many rows. */
    private static final int CHUNK = 1024;

    /** Fewer tokens are read faster than a prefix is followed up at every step. */
    private static final int SHORTEST_PREFIX = 32;

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

    /** Tokens that went through the model so far, padding not counted. */
    long tokensRead() {
        return tokensRead;
    }

    /** Bytes of keys and values of one token. */
    static long tokenBytes(ModelConfig config) {
        return 2L * config.layers() * config.keyValueHeads() * config.headSize() * Float.BYTES;
    }

    /** At most so many columns are made for a prompt; prompts of as many are read together, padded to the longest of them. */
    static int columns(int sharedLength) {
        int step = Math.max(16, Integer.highestOneBit(sharedLength) / 8);
        return Math.max(step, (sharedLength + step - 1) / step * step);
    }

    /** Bytes of segments that somebody uses. */
    long usedBytes() {
        return segments.stream()
                .filter(Segment::isUsed)
                .mapToLong(Segment::bytes)
                .sum();
    }

    /** Bytes of all segments. */
    long bytes() {
        return segments.stream().mapToLong(Segment::bytes).sum();
    }

    /**
     * Takes requests off a list that can be read together, and reads them. Those that share a prefix with one another are left for the next
     * call, which finds it read.
     *
     * @param pending    at least one request, shortest prompt first
     * @param reserved   bytes for what is not this reader's, and for all pending requests
     * @param taken      where the requests are put that were read, as the segment's entries
     * @return used once, by the caller
     */
    Segment read(List<SamplingRequest> pending, long reserved, long version, List<SamplingRequest> taken) {
        Prefix common = null;
        for (SamplingRequest request : List.copyOf(pending)) {
            Prefix prefix = usablePrefix(request.prompt(), reserved, version).orElse(null);
            if (taken.isEmpty() || goesWith(request, prefix, taken, common)) {
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

    /** A prefix that saves at least half of the reading, if the segment it is in can stay. */
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
        return columns >= SHORTEST_PREFIX && columns >= (prompt.length - 1) / 2;
    }

    private static boolean goesWith(
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
        return (taken.size() + 1L) * columns <= TOKENS_TOGETHER
                && taken.stream().allMatch(isLike(request, columns, before));
    }

    private static Predicate<SamplingRequest> isLike(SamplingRequest request, int columns, int before) {
        return other -> columns(AnswerGroup.sharedLength(other) - before) == columns
                && other.parameters().maxTokens() == request.parameters().maxTokens();
    }

    private static boolean beginAlike(SamplingRequest one, SamplingRequest other) {
        return isWorthIt(Segment.commonColumns(one.prompt(), other.prompt()), other.prompt());
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

    /** Keys and values of prompts without their last tokens and without the prefix. */
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

    /** Gives up one use; what may serve later prompts stays. */
    void release(Segment segment, long version) {
        segment.release();
        dropUnusable(version);
    }

    private static boolean mayServe(Segment segment, long version) {
        return segment.version() == version
                && segment.prefix() == null
                && segment.prompts().stream().anyMatch(prompt -> prompt.length > SHORTEST_PREFIX);
    }

    private void dropUnusable(long version) {
        for (int i = segments.size() - 1; i >= 0; i--) { // those that follow a prefix before the prefix's own
            if (!segments.get(i).isUsed() && !mayServe(segments.get(i), version)) {
                drop(segments.get(i));
            }
        }
    }

    /** Forgets what other weights computed and nobody uses; reads the rest again if wanted. */
    void weightsChanged(long version, OnNewWeights what) {
        dropUnusable(version);
        if (what == OnNewWeights.RECOMPUTE) {
            for (Segment segment : segments) { // in the order they were made, so prefixes first
                segment.replaceCache(compute(segment.prompts(), segment.prefix()), version);
            }
        }
    }
}
