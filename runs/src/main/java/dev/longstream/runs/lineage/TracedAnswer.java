package dev.longstream.runs.lineage;

import dev.longstream.record.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * One answer: a record of {@code trajectories} with its reward.
 *
 * @param id group id, {@code #} and sample index, e.g. {@code gen-17@42#3}
 * @param place place of the record in {@code trajectories}
 * @param run name of the run that sampled it; in a replay the replayed run
 * @param worker rollout worker that sampled it
 * @param outcome outcome of the attempt
 * @param text text of the completion, special tokens kept
 * @param tokens completion tokens with the versions that sampled them
 * @param weightsDigest SHA-256 of the last weights used
 * @param score reward with its parts; null: not scored, or removed from the log
 */
public record TracedAnswer(
        String id,
        TracedPlace place,
        String run,
        String worker,
        Outcome outcome,
        String text,
        TracedTokens tokens,
        String weightsDigest,
        @Nullable TracedScore score) {}
