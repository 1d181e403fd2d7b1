package dev.longstream.runs.launch;

import dev.longstream.evaluation.EvaluationRole;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.progress.Progress;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.preparation.ModelFolder;
import dev.longstream.runs.preparation.Preparation;
import dev.longstream.runs.report.Reporting;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/** From published questions to the first assignment; what is done already is left as it is. */
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

    /** Evaluates the policy as it is, warms it up, lets the curriculum begin. Returns the weights that RL begins with. */
    Path weights(Interruption interruption) {
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

    /** Evaluates these weights here and now, unless the log has it. */
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
