package dev.longstream.streams.curriculum;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Admits groups that are on no topic, as the stage admits those that are: it counts what happens to them, and assigns while the
 * bound on staleness leaves room. All prompts are known from the beginning, and every phase has enough of them.
 */
public final class AdmissionCount {
    private final CurriculumConfig config;
    private CurriculumProgress progress;

    /**
     * Group that was admitted.
     *
     * @param ordinal number of its assignment, from 0
     * @param phase index of its phase
     * @param version policy version at that time
     */
    public record AdmittedGroup(long ordinal, int phase, long version) {}

    /** Creates the count of a run that has made no assignment. */
    public AdmissionCount(CurriculumConfig config) {
        this.config = config;
        this.progress = CurriculumProgress.none(config).with(CurriculumProgress.Mode.RUNNING);
    }

    /** Assigns the next group; empty if the bound on staleness or the end of the run leaves no room. */
    public Optional<AdmittedGroup> next() {
        OptionalInt phase = Admission.next(progress, config);
        if (phase.isEmpty()) {
            return Optional.empty();
        }
        AdmittedGroup group = new AdmittedGroup(progress.totalAssigned(), phase.getAsInt(), progress.version());
        progress = progress.oneMoreAssigned(group.phase());
        return Optional.of(group);
    }

    /** Counts a group that no batch will take, so that another one may be assigned. */
    public void rejected(AdmittedGroup group) {
        progress = progress.oneMoreRejected(group.phase());
    }

    /** Counts a gradient step, which leaves the given policy version. */
    public void trained(long version) {
        progress = progress.reached(version);
    }
}
