package dev.longstream.streams.advantage;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Moments of a group's rewards, from which the scale of a batch is computed.
 *
 * @param task task of its prompt
 * @param rewards moments of its rewards, penalties included; members without a reward do not count
 * @param centred moments of the same members' distances from the baseline, weighted by the tokens of their answers
 */
public record GroupMoments(String task, Moments rewards, Moments centred) {
    /**
     * Computes the moments of one group.
     *
     * @param rewards rewards in the members' order; null for a member without one
     * @param centred distances from the baseline; null where there is no reward
     * @param lengths lengths of the answers in tokens
     */
    public static GroupMoments of(
            String task, List<@Nullable Double> rewards, List<@Nullable Double> centred, List<Integer> lengths) {
        double[] values = new double[rewards.size()];
        double[] distances = new double[rewards.size()];
        double[] present = new double[rewards.size()];
        double[] tokens = new double[rewards.size()];
        for (int i = 0; i < values.length; i++) {
            Double reward = rewards.get(i);
            Double distance = centred.get(i);
            if (reward != null && distance != null) {
                values[i] = reward;
                distances[i] = distance;
                present[i] = 1;
                tokens[i] = lengths.get(i);
            }
        }
        return new GroupMoments(task, Moments.of(values, present), Moments.of(distances, tokens));
    }
}
