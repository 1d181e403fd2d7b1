/**
 * Follows the policy versions and documents on the log, for rollouts and for evaluation.
 *
 * <p>Reads {@code weights} and {@code documents}; writes nothing. Start at
 * {@link dev.longstream.producers.following.WeightsOpener}, which opens versions, and
 * {@link dev.longstream.producers.following.Documents}, which finds texts by digest. Both read files through
 * {@link dev.longstream.producers.following.RunFiles} and compare their digests.
 */
package dev.longstream.producers.following;
