/**
 * Connects to the log of a run and reads it: on a cluster, in the process that trains, or on a broker started for the purpose.
 *
 * <p>Start at {@link dev.longstream.runs.log.LogConnection}.
 */
package dev.longstream.runs.log;
