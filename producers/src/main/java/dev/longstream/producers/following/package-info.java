/**
 * Follows the policy versions and documents on the log, for rollouts and for evaluation.
 *
 * <p>Reads {@code weights} and {@code documents}; writes nothing. Start at
 * {@link dev.longstream.producers.following.WeightsFollower}, which knows the newest version;
 * {@link dev.longstream.producers.following.WeightsFolder} opens the folder that it announces, and
 * {@link dev.longstream.producers.following.Documents} finds texts by digest.
 */
package dev.longstream.producers.following;
