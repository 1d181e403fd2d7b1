package dev.longstream.streams.scoring;

import dev.longstream.record.Difficulty;
import dev.longstream.record.ScoredTrajectory;
import org.jspecify.annotations.Nullable;

import java.util.Comparator;

/**
 * Adds up the mean reward of a prompt's answers, whose inverse is the difficulty of QwenLong-L1's Eq 10. The result
 * does not depend on the order of the answers.
 */
final class Difficulties {
    /**
     * Orders the group ids of one prompt by admission: an id is the prompt's id and an ordinal, so a longer one is
     * later.
     */
    private static final Comparator<String> ADMISSION =
            Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());

    private Difficulties() {}

    /**
     * Adds an answer to the difficulty of its prompt.
     *
     * @param before difficulty over earlier answers; null: this is the first
     * @param scored an answer to the prompt, with a reward
     * @param reward reward of the answer alone: components for form or length say nothing about the prompt's difficulty
     */
    static Difficulty add(@Nullable Difficulty before, ScoredTrajectory scored, double reward) {
        Difficulty known = before == null ? none(scored) : before;
        long samples = known.getSamples() + 1;
        double sum = known.getRewardSum() + reward;
        boolean latest = ADMISSION.compare(scored.getGroupId(), known.getLastGroup()) >= 0;
        return Difficulty.newBuilder(known)
                .setSamples(samples)
                .setRewardSum(sum)
                .setMeanReward(sum / samples)
                .setLastGroup(latest ? scored.getGroupId() : known.getLastGroup())
                .setPhaseIndex(latest ? scored.getPhaseIndex() : known.getPhaseIndex())
                .setLastVersion(Math.max(known.getLastVersion(), scored.getNewestVersion()))
                .build();
    }

    private static Difficulty none(ScoredTrajectory scored) {
        return Difficulty.newBuilder()
                .setPromptId(scored.getPromptId())
                .setSamples(0)
                .setRewardSum(0)
                .setMeanReward(0)
                .setLastGroup("")
                .setPhaseIndex(scored.getPhaseIndex())
                .setLastVersion(scored.getNewestVersion())
                .build();
    }
}
