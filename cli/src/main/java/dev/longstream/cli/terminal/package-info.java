/** Shows progress as bars or lines on standard error. Start at {@link dev.longstream.cli.terminal.TerminalProgress}. */
package dev.longstream.cli.terminal;
