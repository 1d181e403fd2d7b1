package dev.longstream.cli.train;

import dev.longstream.cli.config.RunConfig;
import dev.longstream.log.EventLog;
import dev.longstream.policy.sampling.SamplerLimits;
import dev.longstream.producers.evaluation.AnswerScorer;
import dev.longstream.producers.evaluation.EvaluationConfig;
import dev.longstream.producers.evaluation.Evaluator;
import dev.longstream.producers.evaluation.HeldOutReward;
import dev.longstream.producers.judge.JudgeContract;
import dev.longstream.producers.judge.LogVerdicts;
import dev.longstream.producers.judge.VerdictCache;
import dev.longstream.producers.rollouts.RolloutConfig;
import dev.longstream.streams.scoring.AskedJudge;
import dev.longstream.streams.scoring.HybridReward;
import dev.longstream.streams.scoring.RewardPolicy;

import java.time.InstantSource;
import java.util.OptionalDouble;

/** Evaluators, and what scores held-out answers: the rules that score trajectories, with a judge where {@code evaluation.reward} says so. */
public final class Evaluators {
    private static final String VERDICTS = "verdicts.jsonl";

    private Evaluators() {}

    /** Of a run; verdicts are those of its log. */
    public static Evaluator of(RunConfig config, EventLog log) {
        return of(config, config.evaluation(), scorer(config, new LogVerdicts(log)));
    }

    /** @param evaluation in place of the configuration's */
    public static Evaluator of(RunConfig config, EvaluationConfig evaluation, AnswerScorer scorer) {
        RolloutConfig worker = config.rollouts().worker();
        return new Evaluator(
                evaluation,
                new SamplerLimits(worker.rows(), worker.chunkTokens(), (long) worker.cacheMebibytes() << 20),
                scorer);
    }

    /** Without a log: verdicts are kept in a file beside the runs. */
    public static AnswerScorer scorer(RunConfig config) {
        return scorer(config, new FileVerdicts(config.dir().resolve(VERDICTS)));
    }

    private static AnswerScorer scorer(RunConfig config, VerdictCache book) {
        HeldOutReward reward = config.evaluation().reward();
        if (reward == HeldOutReward.RULE) {
            return rules(config);
        }
        AskedJudge judge = new AskedJudge(
                config.judge().name(),
                Judges.rubric(config.judge()).digest(),
                false,
                config.judge().contract() == JudgeContract.REWARD);
        RewardPolicy policy = reward == HeldOutReward.MAX ? RewardPolicy.MAX : RewardPolicy.JUDGE;
        return new JudgedScorer(
                HybridReward.of(config.scoring().withReward(policy), judge),
                judge,
                config.judge(),
                System.getenv(),
                book,
                InstantSource.system());
    }

    /** The rules alone. */
    public static AnswerScorer rules(RunConfig config) {
        HybridReward rules = HybridReward.of(config.scoring().withReward(RewardPolicy.RULE), null);
        return answers -> answers.stream()
                .map(answer -> rules.rate(answer.question(), answer.text()).reward())
                .map(value -> value == null ? OptionalDouble.empty() : OptionalDouble.of(value))
                .toList();
    }
}
