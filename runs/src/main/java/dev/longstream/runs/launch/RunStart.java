package dev.longstream.runs.launch;

import dev.longstream.evaluation.EvaluationRole;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.progress.Progress;
import dev.longstream.runs.config.ModelFolder;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.fork.Fork;
import dev.longstream.runs.preparation.Preparation;
import dev.longstream.runs.process.Interruption;
import dev.longstream.runs.report.Reporting;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Starts a run after its questions are published: first evaluation, warm-up, curriculum. Skips finished parts. */
final class RunStart {
    private final RunConfig config;
    private final Preparation preparation;
    private final Roles roles;
    private final Progress progress;

    RunStart(RunConfig config, Preparation preparation, Roles roles, Progress progress) {
        this.config = config;
        this.preparation = preparation;
        this.roles = roles;
        this.progress = progress;
    }

    /**
     * Evaluates the initial policy, runs the warm-up and starts the curriculum. A fork has all of this from the other run.
     *
     * @return model folder that reinforcement learning starts from
     */
    Path weights(Interruption interruption) {
        Optional<Fork> fork = Fork.in(config.folder());
        fork.ifPresent(preparation::requireStarted);
        preparation.requireDifficulties();
        if (fork.isPresent()) {
            return Fork.start(config.folder());
        }
        try (EvaluationRole evaluation = roles.evaluation();
                PolicyFolder model = PolicyFolder.open(ModelFolder.of(config))) {
            interruption.stopsBy(evaluation::close);
            evaluate(evaluation, Roles.BEFORE_TRAINING, Reporting.BEFORE_TRAINING, model, progress);
        }
        interruption.refuse();
        Path weights = preparation.warmUp(interruption::stopsBy).orElseThrow(Interruption::interrupted);
        interruption.refuse();
        preparation.startCurriculum();
        interruption.stopsBy(() -> {});
        return weights;
    }

    /** Evaluates a model folder on the calling thread, unless the log has a result with this label. */
    static void evaluate(EvaluationRole evaluation, String label, long version, PolicyFolder model, Progress progress) {
        AtomicBoolean begun = new AtomicBoolean();
        evaluation.evaluateNow(label, version, model, (answered, questions) -> {
            if (!begun.getAndSet(true)) {
                progress.begin("held-out questions, " + label, questions);
            }
            progress.at(answered, "");
        });
    }
}
