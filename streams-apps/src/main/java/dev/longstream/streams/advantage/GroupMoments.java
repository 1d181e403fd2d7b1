package dev.longstream.streams.advantage;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * What the scale of a batch needs to know of a group.
 *
 * @param task of its prompt
 * @param rewards of its members that have one, any penalty included
 * @param centred of the same members' rewards less their baseline, weighted by the tokens of the answers
 */
public record GroupMoments(String task, Moments rewards, Moments centred) {
    /**
     * @param rewards one a member; null: none
     * @param centred their distance from the baseline; null where there is no reward
     * @param lengths tokens of the answers
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
