package dev.longstream.streams.curriculum;

import org.jspecify.annotations.Nullable;

/**
 * A prompt that a phase may attempt.
 *
 * @param id id of the prompt
 * @param task task of its question
 * @param meanReward mean reward of its answers when the phase began; null: unknown
 */
record PromptCandidate(String id, String task, @Nullable Double meanReward) {}
