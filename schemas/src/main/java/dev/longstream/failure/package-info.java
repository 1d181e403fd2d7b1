/**
 * Failures that modules share. Each class names a kind of failure, and its message alone tells a person what to do.
 * Start at {@link dev.longstream.failure.UnusableInputException}.
 */
package dev.longstream.failure;
