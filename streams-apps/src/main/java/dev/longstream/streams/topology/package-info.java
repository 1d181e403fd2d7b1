/**
 * Building blocks of all stages' topologies: reading catalogued topics so that an unusable record goes to
 * {@code dead-letters} and never stops the stage, writing them, and state stores.
 *
 * <p>Start at {@link dev.longstream.streams.topology.StageTopology}. Depends on no single stage.
 */
package dev.longstream.streams.topology;
