package dev.longstream.runs.lineage;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * A group with what it came from and where it went.
 *
 * @param path its way from the assignment to the step
 * @param group the complete group; null: not complete, or removed from the log
 * @param answers its answers on the log
 * @param prompt its prompt; null: not on the log
 * @param sampledBy policy versions that sampled the answers' tokens, ascending
 * @param missing what is not on the log, with the reason, one line each
 */
public record GroupLineage(
        TracedPath path,
        @Nullable TracedGroup group,
        List<TracedAnswer> answers,
        @Nullable TracedPrompt prompt,
        List<TracedVersion> sampledBy,
        List<String> missing) {}
