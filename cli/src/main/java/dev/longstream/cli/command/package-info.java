/**
 * What a person can type: one class a command, each thin. Start at {@link dev.longstream.cli.Longstream}, which lists them.
 */
package dev.longstream.cli.command;
