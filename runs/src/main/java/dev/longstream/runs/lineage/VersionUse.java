package dev.longstream.runs.lineage;

import dev.longstream.log.GroupIds;
import dev.longstream.log.Topics;
import dev.longstream.record.RecordRef;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.Trajectory;
import dev.longstream.record.VersionRun;
import dev.longstream.record.Weights;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds the answers that a policy version sampled, in the log of the run that announced it. */
final class VersionUse {
    private final RunGeneration run;
    private final Topics topics;

    VersionUse(RunGeneration run) {
        this.run = run;
        this.topics = run.topics();
    }

    /**
     * Returns the scored answers with tokens of a version. Scores tell the oldest and newest version of an answer, so that only
     * answers with several versions are read themselves.
     *
     * @param missing receives why there are none, or not all
     */
    List<VersionLineage.SampledPart> answers(FoundRecord<Weights> weights, List<String> missing) {
        String sampler = run.search()
                .first(topics.trajectories())
                .map(trajectory -> trajectory.value().getRun())
                .orElse(run.run());
        if (!sampler.equals(run.run())) {
            missing.add("answers: run " + run.run() + " is a replay, its answers were sampled by versions of run "
                    + sampler);
            return List.of();
        }
        if (run.pruning().record() != null
                && weights.value().getVersion() <= run.pruning().version()) {
            missing.add("answers to groups up to ordinal " + run.pruning().ordinal() + ": " + run.removal());
        }
        return parts(weights);
    }

    private List<VersionLineage.SampledPart> parts(FoundRecord<Weights> weights) {
        long version = weights.value().getVersion();
        Map<RecordRef, ScoredTrajectory> scores = new LinkedHashMap<>();
        List<RecordRef> mixed = new ArrayList<>();
        run.search().since(weights.timestamp(), topics.scored(), any -> true, found -> {
            ScoredTrajectory score = found.value();
            if (score.getCompletionTokens() > 0
                    && score.getOldestVersion() <= version
                    && version <= score.getNewestVersion()) {
                scores.put(score.getTrajectory(), score);
                if (score.getOldestVersion() != score.getNewestVersion()) {
                    mixed.add(score.getTrajectory());
                }
            }
            return true;
        });
        Map<RecordRef, FoundRecord<Trajectory>> read = run.search().fetch(topics.trajectories(), mixed);
        List<VersionLineage.SampledPart> parts = new ArrayList<>();
        scores.forEach((place, score) -> {
            FoundRecord<Trajectory> trajectory = read.get(place);
            int tokens = trajectory == null ? score.getCompletionTokens() : tokens(trajectory.value(), version);
            if (tokens > 0) {
                parts.add(new VersionLineage.SampledPart(
                        GroupIds.answer(score.getGroupId(), score.getSampleIndex()),
                        TracedPlace.of(topics.trajectories(), place),
                        tokens,
                        score.getCompletionTokens(),
                        score.getReward()));
            }
        });
        return List.copyOf(parts);
    }

    private static int tokens(Trajectory trajectory, long version) {
        return trajectory.getVersions().stream()
                .filter(span -> span.getVersion() == version)
                .mapToInt(VersionRun::getTokens)
                .sum();
    }
}
