/**
 * Copies the answers of one run to the topics of another, so that they are scored and trained on again. Start at {@link
 * dev.longstream.runs.replay.ReplaySource}.
 */
package dev.longstream.runs.replay;
