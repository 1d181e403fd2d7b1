/**
 * JMH benchmarks of single kernels: parts of a gradient step, of sampling, and of the processing of answers on the log.
 *
 * <p>Reads no files; a policy of a chosen size with random weights is created in a temporary folder. Start at
 * {@link dev.longstream.benchmarks.kernels.Kernels}. May use any module.
 */
package dev.longstream.benchmarks.kernels;
