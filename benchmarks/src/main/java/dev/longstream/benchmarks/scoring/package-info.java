/**
 * Benchmark of the stages that a trajectory passes on its way to a batch: scoring, grouping and batching under exactly-once, beside
 * a program that reads the same records and writes them again.
 *
 * <p>Starts a broker of its own in a temporary folder. Start at {@link dev.longstream.benchmarks.scoring.ScoringBench}.
 */
package dev.longstream.benchmarks.scoring;
