package dev.longstream.cli.train;

import dev.longstream.cli.config.RunConfig;
import dev.longstream.policy.sampling.SamplerLimits;
import dev.longstream.producers.evaluation.AnswerScorer;
import dev.longstream.producers.evaluation.EvaluationConfig;
import dev.longstream.producers.evaluation.Evaluator;
import dev.longstream.producers.rollouts.RolloutConfig;
import dev.longstream.streams.scoring.reward.RuleRewards;
import dev.longstream.streams.scoring.reward.RuleVerdict;

import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/** Evaluators that score held-out answers by the rules that score trajectories. */
public final class Evaluators {
    private Evaluators() {}

    public static Evaluator of(RunConfig config) {
        return of(config, config.evaluation());
    }

    /** @param evaluation in place of the configuration's */
    public static Evaluator of(RunConfig config, EvaluationConfig evaluation) {
        RolloutConfig worker = config.rollouts().worker();
        return new Evaluator(
                evaluation,
                new SamplerLimits(worker.rows(), worker.chunkTokens(), (long) worker.cacheMebibytes() << 20),
                scorer(config));
    }

    /** The rules alone. */
    public static AnswerScorer scorer(RunConfig config) {
        boolean thinkingExpected = config.scoring().thinkingExpected();
        RuleRewards rules = config.scoring().rules();
        return (question, answer) -> {
            RuleVerdict verdict = rules.of(question.getKind())
                    .score(
                            answer,
                            question.getGolds(),
                            Objects.requireNonNullElse(question.getOptions(), Map.of()),
                            thinkingExpected);
            return verdict.score() == null ? OptionalDouble.empty() : OptionalDouble.of(verdict.score());
        };
    }
}
