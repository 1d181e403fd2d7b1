/**
 * Runs a whole run, or one of its roles, in this process.
 *
 * <p>Start at {@link dev.longstream.runs.launch.Training}, whose method {@code run} shows the order of the parts.
 * {@link dev.longstream.runs.launch.Roles} creates the roles from the configuration.
 */
package dev.longstream.runs.launch;
