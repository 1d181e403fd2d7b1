/**
 * Measures the machine's peak speed in arithmetic and memory, the upper bound for training and sampling.
 *
 * <p>Start at {@link dev.longstream.policy.roofline.Roofline}. Reads and writes no files.
 */
package dev.longstream.policy.roofline;
