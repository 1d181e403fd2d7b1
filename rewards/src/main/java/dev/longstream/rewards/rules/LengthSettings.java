package dev.longstream.rewards.rules;

/**
 * A penalty on length as a part of the reward: weight·(from − tokens)/(to − from) between the two, −weight beyond. DAPO's, which touches
 * advantages alone, is {@code objective.advantage.overlong}.
 *
 * @param from completion tokens that cost nothing
 * @param to completion tokens that cost all
 * @param weight the most it costs; 0: no such penalty
 */
public record LengthSettings(int from, int to, double weight) {}
