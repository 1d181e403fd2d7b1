package dev.longstream.streams.curriculum;

import dev.longstream.record.Control;
import dev.longstream.record.Evaluation;
import dev.longstream.streams.curriculum.CurriculumProgress.Mode;
import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a command makes of a run's progress. Pure.
 *
 * @param after the command
 * @param said what was done, or why nothing was, for the log
 */
record CommandResult(CurriculumProgress after, String said) {

    /** @return why the command cannot be understood at all; null: it can */
    static @Nullable String problem(Control control) {
        return switch (control.getCommand()) {
            case UNKNOWN ->
                "command is UNKNOWN, expected START, PAUSE, RESUME, ADVANCE, ROLLBACK or STOP: is its sender newer?";
            case START ->
                control.getPrompts() == null || control.getPrompts() < 1
                        ? "prompts is " + control.getPrompts() + ", expected how many training prompts the run has"
                        : null;
            case ROLLBACK ->
                control.getSteps() != null && control.getSteps() < 1
                        ? "steps is " + control.getSteps() + ", expected at least 1 gradient step"
                        : null;
            case PAUSE, RESUME, ADVANCE, STOP -> null;
        };
    }

    static CommandResult obey(Control control, CurriculumProgress progress, CurriculumConfig config) {
        if (progress.mode() == Mode.STOPPED) {
            return new CommandResult(progress, "nothing done: the run was stopped for good");
        }
        return switch (control.getCommand()) {
            case START ->
                progress.mode() == Mode.WAITING
                        ? new CommandResult(
                                progress.started(control.getPrompts()),
                                "started with " + control.getPrompts() + " prompts")
                        : new CommandResult(
                                progress, "nothing done: the run goes on where it is, it was started before");
            case PAUSE ->
                progress.mode() == Mode.RUNNING
                        ? new CommandResult(progress.with(Mode.PAUSED), "paused: nothing more is assigned")
                        : new CommandResult(progress, "nothing done: the run is " + progress.mode());
            case RESUME ->
                progress.mode() == Mode.PAUSED
                        ? new CommandResult(progress.with(Mode.RUNNING), "resumed")
                        : new CommandResult(progress, "nothing done: the run is " + progress.mode());
            case STOP -> new CommandResult(progress.with(Mode.STOPPED), "stopped: nothing more is ever assigned");
            case ADVANCE -> advance(control.getPhase(), progress, config);
            case ROLLBACK -> rollBack(control.getSteps(), progress, config);
            case UNKNOWN -> new CommandResult(progress, "nothing done: the command is not known");
        };
    }

    /**
     * A phase that has reached what it was for.
     *
     * @param last whether none comes after it, so that the run is over
     */
    record Ending(String phase, boolean last, String why) {}

    /** Whether the open phase ends by the held-out reward of weights that it has trained. */
    static Optional<Ending> ending(Evaluation evaluation, CurriculumProgress progress, CurriculumConfig config) {
        int index = newestPhase(progress);
        Phase phase = config.phases().get(index);
        Double wanted = phase.untilReward();
        long begun = index == 0 ? 0 : progress.ends().get(index - 1);
        if (wanted == null
                || progress.mode() != Mode.RUNNING
                || !Admission.open(index, progress, config)
                || evaluation.getVersion() <= begun
                || evaluation.getReward() < wanted) {
            return Optional.empty();
        }
        return Optional.of(new Ending(
                phase.name(),
                index == config.phases().size() - 1,
                "held-out reward " + evaluation.getReward() + " of version " + evaluation.getVersion() + ", phase "
                        + phase.name() + " was to last until " + wanted));
    }

    /** The furthest that anything was assigned in; a rejection may have opened an earlier one again meanwhile. */
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
                        "back to phase " + name + ", which ends with step "
                                + after.ends().get(open - 1) + " instead of "
                                + progress.ends().get(open - 1));
    }
}
