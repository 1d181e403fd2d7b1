/**
 * Turns scored trajectories into complete groups with advantages.
 *
 * <p>Reads {@code scored}; writes {@code groups}, {@code groups.rejected}, {@code dead-letters}; stores
 * {@code open-groups}, one entry a group: its scores so far, and an empty entry once it is complete, so that a repeated
 * score does not reopen it. Start at {@link dev.longstream.streams.grouping.GroupingTopology}. One task owns a group:
 * nothing here is synchronised.
 */
package dev.longstream.streams.grouping;
