/**
 * Exceptions that end a run early. They know no exit codes.
 *
 * <p>Start at {@link dev.longstream.runs.failure.RunStalledException}.
 */
package dev.longstream.runs.failure;
