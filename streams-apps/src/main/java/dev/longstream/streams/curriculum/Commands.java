package dev.longstream.streams.curriculum;

import dev.longstream.record.Control;
import dev.longstream.streams.curriculum.Progress.Mode;
import org.jspecify.annotations.Nullable;

import java.util.OptionalInt;

/**
 * What a command makes of a run's progress. Pure.
 *
 * @param after the command
 * @param said what was done, or why nothing was, for the log
 */
record Commands(Progress after, String said) {

    /** @return why the command cannot be understood at all; null: it can */
    static @Nullable String problem(Control control) {
        return switch (control.getCommand()) {
            case UNKNOWN -> "command is UNKNOWN, expected START, PAUSE, RESUME, ADVANCE or STOP: is its sender newer?";
            case START ->
                control.getPrompts() == null || control.getPrompts() < 1
                        ? "prompts is " + control.getPrompts() + ", expected how many training prompts the run has"
                        : null;
            case PAUSE, RESUME, ADVANCE, STOP -> null;
        };
    }

    static Commands obey(Control control, Progress progress, CurriculumConfig config) {
        if (progress.mode() == Mode.STOPPED) {
            return new Commands(progress, "nothing done: the run was stopped for good");
        }
        return switch (control.getCommand()) {
            case START ->
                progress.mode() == Mode.WAITING
                        ? new Commands(
                                progress.started(control.getPrompts()),
                                "started with " + control.getPrompts() + " prompts")
                        : new Commands(progress, "nothing done: the run goes on where it is, it was started before");
            case PAUSE ->
                progress.mode() == Mode.RUNNING
                        ? new Commands(progress.with(Mode.PAUSED), "paused: nothing more is assigned")
                        : new Commands(progress, "nothing done: the run is " + progress.mode());
            case RESUME ->
                progress.mode() == Mode.PAUSED
                        ? new Commands(progress.with(Mode.RUNNING), "resumed")
                        : new Commands(progress, "nothing done: the run is " + progress.mode());
            case STOP -> new Commands(progress.with(Mode.STOPPED), "stopped: nothing more is ever assigned");
            case ADVANCE -> advance(progress, config);
            case UNKNOWN -> new Commands(progress, "nothing done: the command is not known");
        };
    }

    private static Commands advance(Progress progress, CurriculumConfig config) {
        if (progress.mode() == Mode.WAITING) {
            return new Commands(progress, "nothing done: the run has not been started");
        }
        OptionalInt open = Admission.openPhase(progress, config);
        int last = config.phases().size() - 1;
        if (open.isEmpty() || open.getAsInt() == last) {
            return new Commands(
                    progress,
                    "refused: " + config.phases().get(last).name() + " is the last phase, there is none to advance to");
        }
        int phase = open.getAsInt();
        Progress after = Admission.close(phase, progress, config);
        return new Commands(
                after,
                "phase " + config.phases().get(phase).name() + " ends with step "
                        + after.ends().get(phase) + " instead of "
                        + progress.ends().get(phase));
    }
}
