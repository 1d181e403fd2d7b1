package dev.longstream.runs.judges;

import dev.longstream.evaluation.AnswerScorer;
import dev.longstream.evaluation.EvaluationProfile;
import dev.longstream.evaluation.Evaluator;
import dev.longstream.evaluation.HeldOutReward;
import dev.longstream.evaluation.comparison.ContestSettings;
import dev.longstream.evaluation.comparison.Verification;
import dev.longstream.judging.FileVerdicts;
import dev.longstream.judging.JudgeContract;
import dev.longstream.judging.VerdictCache;
import dev.longstream.log.EventLog;
import dev.longstream.producers.verdicts.LogVerdicts;
import dev.longstream.rewards.AskedJudge;
import dev.longstream.rewards.HybridReward;
import dev.longstream.rewards.RewardPolicy;
import dev.longstream.rewards.ScoringConfig;
import dev.longstream.rewards.rules.RuleProfile;
import dev.longstream.runs.config.ModelFolder;
import dev.longstream.runs.config.RunConfig;

import java.time.InstantSource;
import java.util.OptionalDouble;

/**
 * Creates the evaluator and the scorers that a configuration describes. Held-out answers are scored by the rules of training,
 * together with a judge if {@code evaluation.reward} names one.
 */
public final class Evaluators {
    private static final String VERDICTS = "verdicts.jsonl";

    private Evaluators() {}

    /** Returns the evaluator of a run, which reuses the verdicts on the run's log. */
    public static Evaluator of(RunConfig config, EventLog log) {
        return new Evaluator(
                config.evaluation(), config.rollouts().worker().limits(), scorer(config, new LogVerdicts(log)));
    }

    /** Returns the settings of a comparison or a distillation with the model, prompts and sampling of {@code config}. */
    public static ContestSettings contest(RunConfig config) {
        return new ContestSettings(
                ModelFolder.of(config),
                config.prompts().form(),
                config.prompts().maxTokens(),
                config.evaluation(),
                config.rollouts().worker().limits(),
                config.seed());
    }

    /** Returns the verification of a teacher's answers by the rules of {@code config}. */
    public static Verification verification(RunConfig config) {
        return new Verification(rules(config), config.scoring().thinkingExpected());
    }

    /** Returns a scorer that needs no log and stores verdicts in a file beside the runs. */
    public static AnswerScorer scorer(RunConfig config) {
        return scorer(config, new FileVerdicts(config.dir().resolve(VERDICTS)));
    }

    private static AnswerScorer scorer(RunConfig config, VerdictCache cache) {
        HeldOutReward reward = config.evaluation().reward();
        ScoringConfig scoring = config.evaluation().profile() == EvaluationProfile.OWN
                ? config.scoring()
                : config.scoring().withProfile(RuleProfile.QWENLONG_L1_EVAL);
        if (reward == HeldOutReward.RULE) {
            return rules(scoring);
        }
        RewardPolicy policy = reward == HeldOutReward.MAX ? RewardPolicy.MAX : RewardPolicy.JUDGE;
        return judged(config, scoring.withReward(policy), cache);
    }

    private static AnswerScorer judged(RunConfig config, ScoringConfig scoring, VerdictCache cache) {
        AskedJudge judge = new AskedJudge(
                config.judge().name(),
                Judges.rubric(config.judge()).digest(),
                false,
                config.judge().contract() == JudgeContract.REWARD);
        return new JudgedScorer(
                HybridReward.of(scoring, judge), judge, config.judge(), System.getenv(), cache, InstantSource.system());
    }

    /** Returns a scorer by the reward that the run trains with, which reuses the verdicts on the run's log. */
    public static AnswerScorer training(RunConfig config, EventLog log) {
        return config.scoring().reward().asksAJudge()
                ? judged(config, config.scoring(), new LogVerdicts(log))
                : rules(config);
    }

    /** Returns a scorer by the rules only, without a judge. */
    public static AnswerScorer rules(RunConfig config) {
        return rules(config.scoring());
    }

    private static AnswerScorer rules(ScoringConfig scoring) {
        HybridReward rules = HybridReward.of(scoring.withReward(RewardPolicy.RULE), null);
        return answers -> answers.stream()
                .map(answer -> rules.rate(answer.question(), answer.text()).settledReward())
                .map(value -> value == null ? OptionalDouble.empty() : OptionalDouble.of(value))
                .toList();
    }
}
