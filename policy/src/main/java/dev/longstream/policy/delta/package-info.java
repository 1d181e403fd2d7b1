/**
 * Differences between two policy versions of one shape, much smaller than a version where few values changed.
 *
 * <p>Reads and writes files, and knows nothing of tensors: two weight files of one policy have the same header. Start at
 * {@link dev.longstream.policy.delta.DeltaFile}. May use {@code policy.file}.
 */
package dev.longstream.policy.delta;
