package dev.longstream.runs.difference;

import dev.longstream.log.EventLog;
import dev.longstream.log.GroupIds;
import dev.longstream.log.TopicReader;
import dev.longstream.record.ScoredTrajectory;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Differences between the rewards of answers that both runs have scored.
 *
 * @param compared number of answers scored in both runs
 * @param raised answers whose reward is higher in the second run, or that have one only there
 * @param lowered answers whose reward is lower in the second run, or that have none there
 * @param onlyHere answers scored only in the first run
 * @param onlyThere answers scored only in the second run
 * @param meanReward mean reward in the first run, over compared answers with a reward in both; 0 without any
 * @param otherMeanReward mean reward of these answers in the second run
 * @param examples some of the answers whose reward differs
 */
public record ScoreDifference(
        long compared,
        long raised,
        long lowered,
        long onlyHere,
        long onlyThere,
        double meanReward,
        double otherMeanReward,
        List<ChangedReward> examples) {
    private static final int EXAMPLES = 10;

    /**
     * An answer whose reward differs.
     *
     * @param answer group id, {@code #} and sample index
     * @param reward reward in the first run; null: none
     * @param otherReward reward in the second run; null: none
     */
    public record ChangedReward(String answer, @Nullable Double reward, @Nullable Double otherReward) {}

    static ScoreDifference of(EventLog run, EventLog other) {
        Map<String, @Nullable Double> rewards = new HashMap<>();
        TopicReader.readAll(
                run,
                run.topics().scored(),
                record -> rewards.putIfAbsent(id(record.value()), record.value().getReward()));
        Collected collected = new Collected(rewards);
        TopicReader.readAll(other, other.topics().scored(), record -> collected.add(record.value()));
        return collected.difference();
    }

    private static String id(ScoredTrajectory score) {
        return GroupIds.answer(score.getGroupId(), score.getSampleIndex());
    }

    /** Differences found so far, while the second run is read. */
    private static final class Collected {
        private final Map<String, @Nullable Double> rewards;
        private final Set<String> seen = new HashSet<>();
        private final List<ChangedReward> examples = new ArrayList<>();
        private long raised;
        private long lowered;
        private long onlyThere;
        private long both;
        private double sum;
        private double otherSum;

        Collected(Map<String, @Nullable Double> rewards) {
            this.rewards = rewards;
        }

        void add(ScoredTrajectory score) {
            String id = id(score);
            if (!seen.add(id)) {
                return;
            }
            if (!rewards.containsKey(id)) {
                onlyThere++;
                return;
            }
            Double here = rewards.get(id);
            Double there = score.getReward();
            if (here != null && there != null) {
                both++;
                sum += here;
                otherSum += there;
            }
            if (!Objects.equals(here, there)) {
                boolean higher = here == null || (there != null && there > here);
                raised += higher ? 1 : 0;
                lowered += higher ? 0 : 1;
                if (examples.size() < EXAMPLES) {
                    examples.add(new ChangedReward(id, here, there));
                }
            }
        }

        ScoreDifference difference() {
            long compared = seen.size() - onlyThere;
            return new ScoreDifference(
                    compared,
                    raised,
                    lowered,
                    rewards.size() - compared,
                    onlyThere,
                    both == 0 ? 0 : sum / both,
                    both == 0 ? 0 : otherSum / both,
                    List.copyOf(examples));
        }
    }

    List<String> lines(String run, String other) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "scores      %d answers scored in both, %d raised, %d lowered, mean reward %.4f → %.4f%s",
                compared,
                raised,
                lowered,
                meanReward,
                otherMeanReward,
                GroupDifference.only(onlyHere, run, onlyThere, other)));
        examples.forEach(example -> lines.add("              " + example.answer() + "  " + text(example.reward())
                + " → " + text(example.otherReward())));
        return lines;
    }

    private static String text(@Nullable Double reward) {
        return reward == null ? "none" : String.format(Locale.ROOT, "%.4g", reward);
    }
}
