package dev.longstream.runs.lineage;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * A gradient step with its batch and the weights on both sides of it.
 *
 * @param run name of the run whose log holds the step: the run itself, or for a fork the run that it began in
 * @param version policy version that the step made
 * @param before version that the step changed
 * @param after version that the step made
 * @param update metrics of the step
 * @param batch batch that it consumed; null: removed from the log
 * @param missing what is not on the log, with the reason, one line each
 */
public record TracedStep(
        String run,
        long version,
        TracedVersion before,
        TracedVersion after,
        TracedUpdate update,
        @Nullable TracedBatch batch,
        List<String> missing) {}
