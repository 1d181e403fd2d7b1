/** Exit codes, and the table from failures to them. Start at {@link dev.longstream.cli.exit.ExitCodes}. */
package dev.longstream.cli.exit;
