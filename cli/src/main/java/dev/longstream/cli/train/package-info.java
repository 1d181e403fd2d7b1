/**
 * A whole run in one process: publish, evaluate, warm up, run every role, report. Start at {@link
 * dev.longstream.cli.train.Training}, whose {@code run} reads from top to bottom; {@link
 * dev.longstream.cli.train.Roles} makes the parts from the configuration.
 */
package dev.longstream.cli.train;
