/**
 * Command line of Longstream.
 *
 * <p>Start at {@link dev.longstream.cli.Longstream}. The commands are in {@link dev.longstream.cli.command}, the exit codes in
 * {@link dev.longstream.cli.exit}, progress bars in {@link dev.longstream.cli.terminal}. The commands parse options and print
 * results; the work is in the module {@code runs}.
 */
package dev.longstream.cli;
