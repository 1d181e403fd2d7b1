package dev.longstream.runs.judges;

import dev.longstream.judging.JudgeContract;
import dev.longstream.judging.Rubric;
import dev.longstream.rewards.AskedJudge;
import dev.longstream.runs.config.JudgeSection;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.report.JudgeChecks;
import org.jspecify.annotations.Nullable;

/** The judge of a run, as those who ask it know it. */
public final class Judges {
    private Judges() {}

    /** Whom scoring asks; null: nobody. */
    public static @Nullable AskedJudge asked(RunConfig config) {
        JudgeSection judge = config.judge();
        return config.scoring().reward().asksAJudge() || judge.always() ? known(judge) : null;
    }

    /** What its verdicts are known by. */
    public static AskedJudge known(JudgeSection judge) {
        return new AskedJudge(
                judge.name(), rubric(judge).digest(), judge.always(), judge.contract() == JudgeContract.REWARD);
    }

    /** What the judge was found to be worth; null: never checked, or there is none. */
    public static JudgeChecks.@Nullable JudgeCheckEntry latestCheck(RunConfig config) {
        if (!config.judge().present()) {
            return null;
        }
        AskedJudge judge = known(config.judge());
        return JudgeChecks.in(config.dir())
                .latest(judge.model(), judge.rubricDigest())
                .orElse(null);
    }

    /** What the judge is told. */
    public static Rubric rubric(JudgeSection judge) {
        return judge.rubric() == null ? Rubric.builtIn() : Rubric.read(judge.rubric());
    }
}
