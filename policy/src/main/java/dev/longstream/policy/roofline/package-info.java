/**
 * What the machine could do at most, measured: the yardstick for everything that computes.
 *
 * <p>Reads nothing, writes nothing. Start at {@link dev.longstream.policy.roofline.Roofline}.
 */
package dev.longstream.policy.roofline;
