/**
 * What people see while a run goes on, and how a run that does not go on is noticed. Start at {@link
 * dev.longstream.cli.progress.Progress}.
 */
package dev.longstream.cli.progress;
