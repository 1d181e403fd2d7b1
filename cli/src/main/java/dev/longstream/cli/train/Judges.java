package dev.longstream.cli.train;

import dev.longstream.cli.config.JudgeSection;
import dev.longstream.cli.config.RunConfig;
import dev.longstream.cli.exit.CommandException;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.log.EventLog;
import dev.longstream.log.Role;
import dev.longstream.producers.judge.JudgeEndpoint;
import dev.longstream.producers.judge.JudgeWorker;
import dev.longstream.producers.judge.Rubric;
import dev.longstream.streams.scoring.AskedJudge;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;

/** The judge of a run, as the scoring stage asks it and as a worker reaches it. */
public final class Judges {
    private Judges() {}

    /** Whom scoring asks; null: nobody. */
    static @Nullable AskedJudge asked(RunConfig config) {
        JudgeSection judge = config.judge();
        boolean needed = config.scoring().reward().asksAJudge() || judge.always();
        return needed
                ? new AskedJudge(
                        Objects.requireNonNull(judge.model()), rubric(judge).digest(), judge.always())
                : null;
    }

    static Role worker(RunConfig config, EventLog log) {
        JudgeSection judge = config.judge();
        return new JudgeWorker(
                log, endpoint(judge, System.getenv()), judge.worker(), rubric(judge), InstantSource.system());
    }

    /**
     * Where the judge is.
     *
     * @param environment holds its key
     * @throws CommandException if no judge is configured, or the variable with its key is not set
     */
    public static JudgeEndpoint endpoint(JudgeSection judge, Map<String, String> environment) {
        String url = judge.url();
        String model = judge.model();
        if (url == null || model == null) {
            throw new CommandException(
                    ExitCode.WRONG_USE, "There is no judge: judge.url and judge.model say where one is");
        }
        String variable = judge.apiKeyVariable();
        String key = variable == null ? null : environment.get(variable);
        if (variable != null && (key == null || key.isBlank())) {
            throw new CommandException(
                    ExitCode.WRONG_USE,
                    "judge.api-key-variable names " + variable + ", which is not set in this process's environment");
        }
        return new JudgeEndpoint(URI.create(url), model, key);
    }

    /** What the judge is told. */
    public static Rubric rubric(JudgeSection judge) {
        return judge.rubric() == null ? Rubric.builtIn() : Rubric.read(judge.rubric());
    }
}
