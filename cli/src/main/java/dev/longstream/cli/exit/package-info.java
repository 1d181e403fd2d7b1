/** How a command ends: exit codes, and the exception that carries one. */
package dev.longstream.cli.exit;
