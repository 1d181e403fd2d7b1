package dev.longstream.streams.scoring;

import dev.longstream.record.Trajectory;
import dev.longstream.record.VersionRun;
import org.jspecify.annotations.Nullable;

/** Checks that an answer's arrays have equal lengths, because a gradient step pairs them token by token. */
final class TrajectoryShape {
    private TrajectoryShape() {}

    /** Returns the fault in words; null if there is none. */
    static @Nullable String problem(Trajectory trajectory) {
        int tokens = trajectory.getTokens().size();
        int behaviour = trajectory.getBehaviourLogProbs().size();
        int policy = trajectory.getPolicyLogProbs().size();
        long versioned = trajectory.getVersions().stream()
                .mapToLong(VersionRun::getTokens)
                .sum();
        if (behaviour != tokens) {
            return "has " + tokens + " tokens but " + behaviour + " behaviour log-probabilities";
        }
        if (policy != tokens && policy != 0) { // an engine elsewhere may not tell them, and training does not use them
            return "has " + tokens + " tokens but " + policy + " policy log-probabilities";
        }
        if (versioned != tokens) {
            return "has " + tokens + " tokens but policy versions for " + versioned;
        }
        return null;
    }
}
