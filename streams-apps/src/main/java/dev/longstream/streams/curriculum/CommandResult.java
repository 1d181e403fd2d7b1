package dev.longstream.streams.curriculum;

import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.Evaluation;
import dev.longstream.record.ForkPoint;
import dev.longstream.streams.curriculum.CurriculumProgress.Mode;
import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Progress of a run after a command. Pure.
 *
 * @param after progress after the command
 * @param description the change that was made, or why none was, for the application's log
 */
record CommandResult(CurriculumProgress after, String description) {

    /** Returns why the command is not valid; null if it is. */
    static @Nullable String problem(Control control) {
        return switch (control.getCommand()) {
            case UNKNOWN ->
                "command is UNKNOWN, expected START, PAUSE, RESUME, ADVANCE, ROLLBACK, PROMOTE or STOP;"
                        + " a newer version may have sent it";
            case START ->
                control.getPrompts() == null || control.getPrompts() < 1
                        ? "prompts is " + control.getPrompts() + ", expected the run's number of training prompts"
                        : null;
            case ROLLBACK ->
                control.getSteps() != null && control.getSteps() < 1
                        ? "steps is " + control.getSteps() + ", expected at least 1 gradient step"
                        : null;
            case PRUNED ->
                control.getPruned() == null ? "pruned is missing, expected what was removed from the log" : null;
            case PAUSE, RESUME, ADVANCE, STOP, MEASURE, ENDED, PROMOTE -> null;
        };
    }

    /** Applies a valid command to the progress. */
    static CommandResult apply(Control control, CurriculumProgress progress, CurriculumConfig config) {
        if (control.getCommand() == ControlCommand.PRUNED) {
            return new CommandResult(progress, "noted: groups up to this ordinal are finished");
        }
        if (control.getCommand() == ControlCommand.MEASURE) {
            return new CommandResult(progress, "difficulties are measured");
        }
        if (control.getCommand() == ControlCommand.ENDED) {
            return new CommandResult(progress, "noted: the roles end");
        }
        if (control.getCommand() == ControlCommand.PROMOTE) {
            return new CommandResult(progress, "the shadow scores the groups from phase " + control.getPhase() + " on");
        }
        if (progress.mode() == Mode.STOPPED) {
            return new CommandResult(progress, "nothing done: the run was stopped, which cannot be undone");
        }
        return switch (control.getCommand()) {
            case START ->
                progress.mode() == Mode.WAITING
                        ? start(control, progress)
                        : new CommandResult(progress, "nothing done: the run was started before and continues");
            case PAUSE ->
                progress.mode() == Mode.RUNNING
                        ? new CommandResult(progress.with(Mode.PAUSED), "paused: no further assignments")
                        : new CommandResult(progress, "nothing done: the run is " + progress.mode());
            case RESUME ->
                progress.mode() == Mode.PAUSED
                        ? new CommandResult(progress.with(Mode.RUNNING), "resumed")
                        : new CommandResult(progress, "nothing done: the run is " + progress.mode());
            case STOP -> new CommandResult(progress.with(Mode.STOPPED), "stopped: no further assignments");
            case ADVANCE -> advance(control.getPhase(), progress, config);
            case ROLLBACK -> rollBack(control.getSteps(), progress, config);
            case UNKNOWN, PRUNED, MEASURE, ENDED, PROMOTE ->
                new CommandResult(progress, "nothing done: the command is unknown");
        };
    }

    private static CommandResult start(Control control, CurriculumProgress progress) {
        CurriculumProgress started = progress.started(control.getPrompts());
        ForkPoint fork = control.getFork();
        return fork == null
                ? new CommandResult(started, "started with " + control.getPrompts() + " prompts")
                : new CommandResult(
                        started.at(fork),
                        "started with " + control.getPrompts() + " prompts at step " + fork.getStep() + " of run "
                                + fork.getRun());
    }

    /** Returns why a command does not fit the configured phases; null if it does. */
    static @Nullable String problem(Control control, CurriculumConfig config) {
        ForkPoint fork = control.getFork();
        int phases = config.phases().size();
        return fork == null
                        || (fork.getAssigned().size() == phases
                                && fork.getRejected().size() == phases
                                && fork.getEnds().size() == phases)
                ? problem(control)
                : "fork has " + fork.getAssigned().size() + " numbers of assignments, "
                        + fork.getRejected().size() + " of rejected groups and "
                        + fork.getEnds().size() + " ends of phases, expected one of each for each of " + phases
                        + " phases";
    }

    /**
     * A phase or run that a condition of the configuration ends.
     *
     * @param phase name of the phase
     * @param last whether the run ends
     * @param why reason for people
     */
    record Ending(String phase, boolean last, String why) {}

    /** Returns the open phase if weights that it has trained reached its target. */
    static Optional<Ending> ending(Evaluation evaluation, CurriculumProgress progress, CurriculumConfig config) {
        int index = newestPhase(progress);
        Phase phase = config.phases().get(index);
        Double wanted = phase.end().untilReward();
        long begin = index == 0 ? 0 : progress.ends().get(index - 1);
        if (wanted == null
                || progress.mode() != Mode.RUNNING
                || !Admission.open(index, progress, config)
                || evaluation.getVersion() <= begin
                || !evaluation.getSet().equals(config.steeringSplit())
                || evaluation.getReward() < wanted) {
            return Optional.empty();
        }
        return Optional.of(new Ending(
                phase.name(),
                index == config.phases().size() - 1,
                evaluation.getSet() + " reward " + evaluation.getReward() + " of version " + evaluation.getVersion()
                        + " reached the target of phase " + phase.name() + ", " + wanted));
    }

    /** Returns the last phase with assignments; a rejection may have reopened an earlier one. */
    private static int newestPhase(CurriculumProgress progress) {
        int phase = progress.assigned().size() - 1;
        while (phase > 0 && progress.assigned().get(phase) == 0) {
            phase--;
        }
        return phase;
    }

    private static CommandResult advance(@Nullable String named, CurriculumProgress progress, CurriculumConfig config) {
        if (progress.mode() == Mode.WAITING) {
            return new CommandResult(progress, "nothing done: the run has not been started");
        }
        OptionalInt open = named == null ? Admission.openPhase(progress, config) : named(named, progress, config);
        if (named != null && open.isEmpty()) {
            return new CommandResult(progress, "nothing done: there is no open phase " + named);
        }
        int last = config.phases().size() - 1;
        if (open.isEmpty() || open.getAsInt() == last) {
            return new CommandResult(
                    progress,
                    "refused: " + config.phases().get(last).name() + " is the last phase, there is none to advance to");
        }
        int phase = open.getAsInt();
        String name = config.phases().get(phase).name();
        CurriculumProgress after = Admission.close(phase, progress, config);
        return new CommandResult(
                after,
                "phase " + name + " ends with step "
                        + after.ends().get(phase) + " instead of "
                        + progress.ends().get(phase));
    }

    private static OptionalInt named(String name, CurriculumProgress progress, CurriculumConfig config) {
        for (int phase = 0; phase < config.phases().size(); phase++) {
            if (config.phases().get(phase).name().equals(name) && Admission.open(phase, progress, config)) {
                return OptionalInt.of(phase);
            }
        }
        return OptionalInt.empty();
    }

    private static CommandResult rollBack(
            @Nullable Integer steps, CurriculumProgress progress, CurriculumConfig config) {
        if (progress.mode() == Mode.WAITING) {
            return new CommandResult(progress, "nothing done: the run has not been started");
        }
        int last = config.phases().size() - 1;
        int open = Admission.openPhase(progress, config).orElse(last);
        if (open == 0) {
            return new CommandResult(
                    progress,
                    "refused: " + config.phases().get(0).name() + " is the first phase, there is none to go back to");
        }
        int wanted = steps == null ? config.phases().get(open - 1).steps() : steps;
        CurriculumProgress after = Admission.reopen(open - 1, wanted, progress, config);
        String name = config.phases().get(open - 1).name();
        return after.equals(progress)
                ? new CommandResult(progress, "refused: no step of the run is left for phase " + name)
                : new CommandResult(
                        after,
                        "phase " + name + " is open again and ends with step "
                                + after.ends().get(open - 1) + " instead of "
                                + progress.ends().get(open - 1));
    }
}
