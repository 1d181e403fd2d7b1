/**
 * Reasons why a run ends before its time. None of them knows an exit code. Start at {@link
 * dev.longstream.runs.failure.RunStalledException}.
 */
package dev.longstream.runs.failure;
