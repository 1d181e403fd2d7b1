/**
 * Benchmarks of the policy engine: a gradient step, sampling, and reading a prompt, alternating with other tools, and
 * compared with the machine's limits.
 *
 * <p>Reads a model folder; writes nothing. Start at {@link dev.longstream.benchmarks.Benchmark}. May use {@code policy} and
 * {@code charts}. The module {@code microbenchmarks} times parts of that work.
 */
package dev.longstream.benchmarks;
