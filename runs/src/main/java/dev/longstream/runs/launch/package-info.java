/**
 * A whole run, or one role of it, in this process. Start at {@link dev.longstream.runs.launch.Training}, whose {@code run} reads from top to
 * bottom; {@link dev.longstream.runs.launch.Roles} makes the parts from the configuration.
 */
package dev.longstream.runs.launch;
