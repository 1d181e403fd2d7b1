package dev.longstream.runs.judges;

import dev.longstream.evaluation.HeldOutReward;
import dev.longstream.judging.JudgeContract;
import dev.longstream.judging.Rubric;
import dev.longstream.log.Topics;
import dev.longstream.log.rights.RoleRights;
import dev.longstream.log.rights.RoleRights.ShadowRights;
import dev.longstream.rewards.AskedJudge;
import dev.longstream.runs.config.JudgeSection;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.config.RetentionSection;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.config.ShadowSection;
import dev.longstream.runs.report.JudgeChecks;
import dev.longstream.streams.scoring.ScoringRules;
import dev.longstream.streams.scoring.ScoringRules.ShadowReward;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Describes the judge of a configuration: its identity, its rubric and its latest check. */
public final class Judges {
    private Judges() {}

    /** Returns the judge that scores training answers; null if rewards need none. */
    public static @Nullable AskedJudge asked(RunConfig config) {
        JudgeSection judge = config.judge();
        return config.scoring().reward().asksAJudge() || judge.always() ? known(judge) : null;
    }

    /** Returns the judge that scores a shadow's answers; null if its rewards need none. */
    public static @Nullable AskedJudge asked(ShadowSection shadow) {
        return shadow.asksItsJudge() ? known(shadow.judge()) : null;
    }

    /** Returns whether the reward of a run asks a judge, or that of a shadow, which a command can promote. */
    public static boolean mayAsk(RunConfig config) {
        return asked(config) != null || shadowsAsk(config);
    }

    /** Returns whether a run has a shadow that asks a judge. */
    public static boolean shadowsAsk(RunConfig config) {
        return config.shadows().values().stream().anyMatch(ShadowSection::asksItsJudge);
    }

    /** Returns the Kafka rights of the roles of a run, which depend on its shadows and on whether a judge is asked. */
    public static RoleRights rights(RunConfig config) {
        boolean judged = mayAsk(config) || config.evaluation().reward() != HeldOutReward.RULE;
        boolean pruned = config.retention().keep() != RetentionSection.Keep.EVERYTHING;
        List<ShadowRights> shadows = config.shadows().entrySet().stream()
                .map(shadow ->
                        new ShadowRights(shadow.getKey(), shadow.getValue().asksItsJudge()))
                .toList();
        return new RoleRights(new Topics(config.run(), config.log().partitions()), judged, pruned, shadows);
    }

    /** Returns the rewards by which a run scores answers; a promoted shadow must have the settings of its promotion. */
    public static ScoringRules rules(ResolvedConfig resolved) {
        return ScoringRules.of(resolved.config().scoring(), asked(resolved.config()), promotable(resolved));
    }

    /** Returns the rewards by which a replay scores answers: a promoted shadow has the settings of the replay. */
    public static ScoringRules rulesOfReplay(ResolvedConfig resolved) {
        return ScoringRules.ofReplay(resolved.config().scoring(), asked(resolved.config()), promotable(resolved));
    }

    /** Returns the rewards of the shadows of a run, which a command can promote. */
    private static Map<String, ShadowReward> promotable(ResolvedConfig resolved) {
        Map<String, ShadowReward> rewards = new TreeMap<>();
        resolved.config()
                .shadows()
                .forEach((name, shadow) -> rewards.put(
                        name, new ShadowReward(shadow.scoring(), asked(shadow), resolved.shadowDigest(name))));
        return rewards;
    }

    /** Returns the identity of a judge, which its verdicts carry. */
    public static AskedJudge known(JudgeSection judge) {
        return new AskedJudge(
                judge.name(), rubric(judge).digest(), judge.always(), judge.contract() == JudgeContract.REWARD);
    }

    /** Returns the latest check of the configured judge; null without a judge or a check. */
    public static JudgeChecks.@Nullable JudgeCheckEntry latestCheck(RunConfig config) {
        if (!config.judge().present()) {
            return null;
        }
        AskedJudge judge = known(config.judge());
        return JudgeChecks.in(config.dir())
                .latest(judge.model(), judge.rubricDigest())
                .orElse(null);
    }

    /** Returns the judge's rubric: the configured file, or the one that ships with Longstream. */
    public static Rubric rubric(JudgeSection judge) {
        return judge.rubric() == null ? Rubric.builtIn() : Rubric.read(judge.rubric());
    }
}
