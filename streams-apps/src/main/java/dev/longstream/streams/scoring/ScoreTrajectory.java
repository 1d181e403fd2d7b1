package dev.longstream.streams.scoring;

import dev.longstream.record.Trajectory;
import dev.longstream.streams.topology.Checked;
import dev.longstream.streams.topology.Located;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

import java.time.Instant;

/**
 * Scores a trajectory as far as possible without the judge; one that cannot be scored or written also goes to
 * {@code dead-letters}.
 */
final class ScoreTrajectory extends ContextualProcessor<String, Located<Trajectory>, String, Checked<TrajectoryScore>> {
    private final ScoringRules rules;
    private final String configDigest;
    private final RecordSize size;

    ScoreTrajectory(ScoringRules rules, String configDigest, RecordSize size) {
        this.size = size;
        this.rules = rules;
        this.configDigest = configDigest;
    }

    @Override
    public void process(Record<String, Located<Trajectory>> record) {
        Located<Trajectory> located = record.value();
        TrajectoryScore score = size.fitting(TrajectoryScore.of(
                located.value(),
                located.reference(),
                rules.of(located.value().getPromoted()),
                configDigest,
                Instant.ofEpochMilli(located.timestamp())));
        context().forward(record.withValue(Checked.accept(score)));
        if (score.problem() != null) {
            context().forward(record.withValue(Checked.refuse(located.refusal(score.problem()))));
        }
    }
}
