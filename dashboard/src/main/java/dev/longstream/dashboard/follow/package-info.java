/**
 * Follows the log of a run and keeps figures of it in memory: curves, counts and distributions.
 *
 * <p>Start at {@link dev.longstream.dashboard.follow.RunFollower}. It reads the small topics once and never {@code trajectories}, so that a
 * run of 100,000 answers is ready in seconds.
 */
package dev.longstream.dashboard.follow;
