package dev.longstream.streams.curriculum;

import dev.longstream.config.Problems;
import org.jspecify.annotations.Nullable;

import java.util.Optional;

/**
 * Limits of the sampling of a whole run, so that runs can be compared at equal cost. The counts are those of the log, so they
 * are right after a crash. At the first limit that is reached the curriculum assigns nothing more and writes STOP to
 * {@code control}; the run trains the whole batches that are assigned, then ends. Phases and {@code steps} end a run earlier;
 * a schedule of the learning rate goes by {@code steps}.
 *
 * @param maxAssignedGroups maximum number of groups that are assigned, trained or not; a fork also counts those up to its step;
 *     null: no limit
 * @param maxGeneratedTokens number of answer tokens in trained and rejected groups at which the run ends; answers in progress
 *     come on top; a fork counts its own; null: no limit
 */
public record Budget(@Nullable Long maxAssignedGroups, @Nullable Long maxGeneratedTokens) {
    /** No limits. */
    public static final Budget NONE = new Budget(null, null);

    public Budget {
        new Problems("run")
                .requireAtLeastOne("max-assigned-groups", maxAssignedGroups)
                .requireAtLeastOne("max-generated-tokens", maxGeneratedTokens)
                .throwIfAny();
    }

    /**
     * Returns the progress after a limit of the run or of a phase was reached, with the command that says so; empty if the phase
     * may get another assignment.
     *
     * @param phase phase of the next assignment
     */
    static Optional<Spent> spent(int phase, CurriculumProgress progress, CurriculumConfig config) {
        Budget run = config.budget();
        Long groups = run.maxAssignedGroups();
        Long tokens = run.maxGeneratedTokens();
        if (groups != null && progress.totalAssigned() >= groups) {
            return Optional.of(stop(phase, progress, config, groups + " groups are assigned (max-assigned-groups)"));
        }
        if (tokens != null && progress.generatedTokens() >= tokens) {
            return Optional.of(stop(
                    phase,
                    progress,
                    config,
                    progress.generatedTokens() + " tokens are generated (max-generated-tokens: " + tokens + ")"));
        }
        Long own = config.phases().get(phase).end().maxAssignedGroups();
        if (own == null || progress.assigned().get(phase) < own) {
            return Optional.empty();
        }
        String name = config.phases().get(phase).name();
        String why = own + " groups of phase " + name + " are assigned (max-assigned-groups)";
        if (phase == config.phases().size() - 1) {
            return Optional.of(stop(phase, progress, config, why));
        }
        CurriculumProgress after = Admission.close(phase, progress, config);
        return after.equals(progress) // it has ended, and fills its last batch
                ? Optional.empty()
                : Optional.of(new Spent(after, new CommandResult.Ending(name, false, why)));
    }

    private static Spent stop(int phase, CurriculumProgress progress, CurriculumConfig config, String why) {
        return new Spent(
                progress.with(CurriculumProgress.Mode.STOPPED),
                new CommandResult.Ending(config.phases().get(phase).name(), true, why));
    }

    /**
     * A limit that was reached.
     *
     * @param after progress with the phase or the run ended
     * @param ending command that says so on {@code control}
     */
    record Spent(CurriculumProgress after, CommandResult.Ending ending) {}
}
