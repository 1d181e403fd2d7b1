package dev.longstream.rewards;

import org.jspecify.annotations.Nullable;

/** How what the rule says and what the judge says become one number. Both are 0 to 1. */
public enum RewardPolicy {
    /** The rule alone. */
    RULE {
        @Override
        @Nullable
        Double of(double rule, @Nullable Double judge, double judgeWeight) {
            return rule;
        }
    },
    /** The judge alone. */
    JUDGE {
        @Override
        @Nullable
        Double of(double rule, @Nullable Double judge, double judgeWeight) {
            return judge;
        }
    },
    /** The larger one (QwenLong-L1, Eq 14): the judge rescues what the rule is too strict for. */
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
    /** The smaller one: both must be content. */
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
    /** Half of each. */
    MEAN {
        @Override
        @Nullable
        Double of(double rule, @Nullable Double judge, double judgeWeight) {
            return WEIGHTED.of(rule, judge, 0.5);
        }
    },
    /** (1 − w)·rule + w·judge, w = {@code judge-weight}. */
    WEIGHTED {
        @Override
        @Nullable
        Double of(double rule, @Nullable Double judge, double judgeWeight) {
            return judge == null ? null : (Double) ((1 - judgeWeight) * rule + judgeWeight * judge);
        }
    };

    /**
     * The reward.
     *
     * @param judge null: there is no verdict
     * @param judgeWeight w, for {@link #WEIGHTED} alone
     * @return null: it depends on the verdict that is missing
     */
    abstract @Nullable Double of(double rule, @Nullable Double judge, double judgeWeight);

    /** Whether some answer's reward depends on a judge. */
    public boolean asksAJudge() {
        return this != RULE;
    }
}
