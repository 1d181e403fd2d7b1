/**
 * How commands find and look at a run's log: in a cluster, in the process that is running, or started for the look.
 * Start at {@link dev.longstream.runs.log.LogConnection}.
 */
package dev.longstream.runs.log;
