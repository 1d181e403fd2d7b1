/**
 * The loop of sampling and training in virtual time: an engine and a trainer that only take time, under the rules that
 * schedule a real run.
 *
 * <p>Reads and writes nothing. Start at {@link dev.longstream.benchmarks.simulation.LoopSimulation}. Admission, leases, the
 * version of the weights, groups and batches are decided by the classes of {@code producers} and {@code streams-apps} that
 * decide them on a log. {@link dev.longstream.benchmarks.simulation.AnswerTail} names where the lengths of answers come from,
 * {@link dev.longstream.benchmarks.simulation.DeviceSpeed} how times are derived.
 */
package dev.longstream.benchmarks.simulation;
