/**
 * The parts that time goes into, each alone, timed by JMH: of a gradient step, of sampling, and of what happens to an answer on the log.
 *
 * <p>Reads nothing; a policy with random weights of a chosen size is made for it in a temporary folder. Start at {@link
 * dev.longstream.benchmarks.kernels.Kernels}. May use anything.
 */
package dev.longstream.benchmarks.kernels;
