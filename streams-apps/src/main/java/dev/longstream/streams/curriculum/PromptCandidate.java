package dev.longstream.streams.curriculum;

import org.jspecify.annotations.Nullable;

/**
 * A prompt that a phase may draw.
 *
 * @param id of the prompt
 * @param task of its question
 * @param meanReward of its answers, as known when the phase began; null: it has none yet
 */
record PromptCandidate(String id, String task, @Nullable Double meanReward) {}
