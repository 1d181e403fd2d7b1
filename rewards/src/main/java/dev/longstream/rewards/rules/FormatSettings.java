package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

/**
 * A reward for form.
 *
 * @param pattern regular expression that must occur in the output, thought included; a dot matches line ends; null: no such reward
 * @param weight what an output is paid in which it occurs
 */
public record FormatSettings(@Nullable String pattern, double weight) {}
