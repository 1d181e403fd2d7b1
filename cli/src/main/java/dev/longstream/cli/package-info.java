/**
 * The command line. Start at {@link dev.longstream.cli.Longstream}: its commands are in {@link
 * dev.longstream.cli.command}, what they know of a run in {@link dev.longstream.cli.config}, and a whole run in one
 * process in {@link dev.longstream.cli.train}.
 */
package dev.longstream.cli;
