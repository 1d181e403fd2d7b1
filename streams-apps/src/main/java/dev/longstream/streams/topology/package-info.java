/**
 * What the topologies of all stages have in common: reading catalogued topics so that a record nobody can use ends in
 * {@code dead-letters} and never stops the stage, writing them, and stores for state.
 *
 * <p>Start at {@link dev.longstream.streams.topology.StageTopology}. Knows nothing of any one stage.
 */
package dev.longstream.streams.topology;
