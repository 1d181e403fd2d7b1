package dev.longstream.runs.config;

import dev.longstream.config.Inline;
import dev.longstream.config.Problems;
import dev.longstream.rewards.ScoringConfig;

/**
 * Reward of a shadow.
 *
 * @param scoring settings of the reward; what is left out is as in the run's section {@code scoring}
 * @param judge judge of the shadow; if it is left out, the run's judge with all its settings
 */
public record ShadowSection(@Inline ScoringConfig scoring, JudgeSection judge) {
    public ShadowSection {
        new Problems("shadow")
                .require(
                        scoring == null || judge == null || !scoring.reward().asksAJudge() || judge.present(),
                        "judge has neither url nor folder, but reward is %s, which needs a judge",
                        scoring == null ? "missing" : ConfigTree.word(scoring.reward()))
                .throwIfAny();
    }

    /** Returns whether the shadow asks its judge. */
    public boolean asksItsJudge() {
        return scoring.reward().asksAJudge() || judge.always();
    }
}
