package dev.longstream.rewards;

import org.jspecify.annotations.Nullable;

/** Combination of the rule's score and the judge's score, both in [0, 1], into one reward. */
public enum RewardPolicy {
    /** The rule's score alone. */
    RULE {
        @Override
        @Nullable
        Double of(double rule, @Nullable Double judge, double judgeWeight) {
            return rule;
        }
    },
    /** The judge's score alone. */
    JUDGE {
        @Override
        @Nullable
        Double of(double rule, @Nullable Double judge, double judgeWeight) {
            return judge;
        }
    },
    /** The larger score (QwenLong-L1, Eq 14): the judge accepts correct answers that the rule is too strict for. */
    MAX {
        @Override
        @Nullable
        Double of(double rule, @Nullable Double judge, double judgeWeight) {
            if (rule >= 1) {
                return rule;
            }
            return judge == null ? null : (Double) Math.max(rule, judge);
        }
    },
    /** The smaller score: rule and judge must both accept the answer. */
    MIN {
        @Override
        @Nullable
        Double of(double rule, @Nullable Double judge, double judgeWeight) {
            if (rule <= 0) {
                return rule;
            }
            return judge == null ? null : (Double) Math.min(rule, judge);
        }
    },
    /** The mean of both scores. */
    MEAN {
        @Override
        @Nullable
        Double of(double rule, @Nullable Double judge, double judgeWeight) {
            return WEIGHTED.of(rule, judge, 0.5);
        }
    },
    /** The weighted mean (1 − w)·rule + w·judge, w = {@code judge-weight}. */
    WEIGHTED {
        @Override
        @Nullable
        Double of(double rule, @Nullable Double judge, double judgeWeight) {
            return judge == null ? null : (Double) ((1 - judgeWeight) * rule + judgeWeight * judge);
        }
    };

    /**
     * Combines both scores into the reward.
     *
     * @param judge null: there is no verdict
     * @param judgeWeight w, used by {@link #WEIGHTED} only
     * @return null if the reward depends on the missing verdict
     */
    abstract @Nullable Double of(double rule, @Nullable Double judge, double judgeWeight);

    /** Returns whether the reward of some answers depends on a judge. */
    public boolean asksAJudge() {
        return this != RULE;
    }
}
