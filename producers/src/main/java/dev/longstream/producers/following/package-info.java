/**
 * What rollouts and evaluation both follow on the log.
 *
 * <p>Reads {@code weights} and {@code documents}; writes nothing. Start at
 * {@link dev.longstream.producers.following.WeightsFollower} (which version is the newest);
 * {@link dev.longstream.producers.following.WeightsFolder} opens what it announces, and
 * {@link dev.longstream.producers.following.Documents} finds texts by digest.
 */
package dev.longstream.producers.following;
