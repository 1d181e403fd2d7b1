package dev.longstream.rewards.rules;

/**
 * Penalty on length as a component of the reward: weight·(from − tokens)/(to − from) between {@code from} and
 * {@code to}, −weight beyond. DAPO's penalty, which changes advantages only, is {@code objective.advantage.overlong}.
 *
 * @param from length in completion tokens up to which the penalty is 0
 * @param to length in completion tokens at which the penalty is full
 * @param weight the full penalty; 0: no such penalty
 */
public record LengthSettings(int from, int to, double weight) {}
