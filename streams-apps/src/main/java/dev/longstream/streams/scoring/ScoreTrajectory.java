package dev.longstream.streams.scoring;

import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.Trajectory;
import dev.longstream.topology.Checked;
import dev.longstream.topology.Located;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/** Scores one trajectory; one that cannot be scored goes on without a reward, and is refused besides. */
final class ScoreTrajectory
        extends ContextualProcessor<String, Located<Trajectory>, String, Checked<ScoredTrajectory>> {
    private final Reward reward;
    private final String configDigest;

    ScoreTrajectory(Reward reward, String configDigest) {
        this.reward = reward;
        this.configDigest = configDigest;
    }

    @Override
    public void process(Record<String, Located<Trajectory>> record) {
        Located<Trajectory> located = record.value();
        TrajectoryScore score = TrajectoryScore.of(located.value(), located.reference(), reward, configDigest);
        context().forward(record.withValue(Checked.accept(score.scored())));
        if (score.problem() != null) {
            context().forward(record.withValue(Checked.refuse(located.refusal(score.problem()))));
        }
    }
}
