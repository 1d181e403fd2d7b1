/** Exit codes and the table that maps exceptions to them. Start at {@link dev.longstream.cli.exit.ExitCodes}. */
package dev.longstream.cli.exit;
