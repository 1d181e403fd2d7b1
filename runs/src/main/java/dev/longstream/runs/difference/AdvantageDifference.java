package dev.longstream.runs.difference;

import java.util.List;
import java.util.Locale;

/**
 * Differences between the advantages of answers, within groups that both runs keep. The shift and the divisor of a batch are not
 * applied.
 *
 * @param compared number of answers with an advantage in both runs
 * @param changed answers whose advantage differs
 * @param turned answers whose advantage is positive in one run and negative in the other
 * @param meanChange mean absolute difference over compared answers; 0 without any
 * @param maxChange largest absolute difference
 */
public record AdvantageDifference(long compared, long changed, long turned, double meanChange, double maxChange) {
    List<String> lines() {
        return List.of(String.format(
                Locale.ROOT,
                "advantages  %d answers in groups that both keep: %d differ, %d change their sign, by %.4g in the mean and"
                        + " %.4g at most",
                compared,
                changed,
                turned,
                meanChange,
                maxChange));
    }
}
