package dev.longstream.streams.scoring;

import dev.longstream.record.Difficulty;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.rewards.HybridReward;

import java.util.Collection;
import java.util.TreeMap;

/** Computes the difficulties of prompts from scores, as the stage does, for scores that are chosen otherwise. */
public final class PromptDifficulties {
    private final TreeMap<String, Difficulty> difficulties = new TreeMap<>();

    private final ScoringRules rules;

    /**
     * Creates the difficulties of no answers.
     *
     * @param rules rewards by which the answers were scored
     */
    public PromptDifficulties(ScoringRules rules) {
        this.rules = rules;
    }

    /** Adds an answer; one without a reward does not count. */
    public void add(ScoredTrajectory scored) {
        if (scored.getReward() != null) {
            double reward = HybridReward.answerReward(
                    scored, rules.of(scored.getPromoted()).config());
            difficulties.put(
                    scored.getPromptId(), Difficulties.add(difficulties.get(scored.getPromptId()), scored, reward));
        }
    }

    /** Returns the difficulty of every prompt with an answer, by prompt id. */
    public Collection<Difficulty> list() {
        return difficulties.values();
    }
}
