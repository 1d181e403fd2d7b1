/**
 * Times the policy engine: a gradient step, sampling, reading a prompt; ours and other tools' in turn, beside what the machine can do.
 *
 * <p>Reads a model folder; writes nothing. Start at {@link dev.longstream.benchmarks.Benchmark}. May use {@code policy} and
 * {@code charts}. The module {@code microbenchmarks} times parts of that work.
 */
package dev.longstream.benchmarks;
