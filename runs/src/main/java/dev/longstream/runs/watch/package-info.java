/**
 * Looks at a run from outside while its roles work: how far it is, whether it stands still, what it has used. It reads the log and writes
 * {@code usage.json}. Start at {@link dev.longstream.runs.watch.RunWatch}.
 */
package dev.longstream.runs.watch;
