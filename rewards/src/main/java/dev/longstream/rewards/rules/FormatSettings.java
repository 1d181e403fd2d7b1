package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

/**
 * Reward for an output that matches a pattern.
 *
 * @param pattern regular expression that must occur in the output, thought included; a dot also matches line ends;
 *     null: no such reward
 * @param weight reward of an output in which the pattern occurs
 */
public record FormatSettings(@Nullable String pattern, double weight) {}
