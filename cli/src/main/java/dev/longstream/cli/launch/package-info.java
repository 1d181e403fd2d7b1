/**
 * A whole run, or one role of it, in this process. Start at {@link dev.longstream.cli.launch.Training}, whose {@code run} reads from top to
 * bottom; {@link dev.longstream.cli.launch.Roles} makes the parts from the configuration.
 */
package dev.longstream.cli.launch;
