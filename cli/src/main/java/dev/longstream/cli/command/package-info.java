/**
 * Commands of the command line, one class per command.
 *
 * <p>A command parses options, calls the module {@code runs} and prints the result. Start at
 * {@link dev.longstream.cli.command.Commands}, which lists them.
 */
package dev.longstream.cli.command;
