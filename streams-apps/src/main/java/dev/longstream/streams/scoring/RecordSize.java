package dev.longstream.streams.scoring;

import dev.longstream.log.Topic;
import dev.longstream.log.Topics;
import dev.longstream.record.JudgeRequest;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.streams.topology.StageTopology;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Checks that a score and its request fit into a record before they are written. A record that the producer refuses makes its
 * transaction fail, so that the stage would stop at it for ever.
 */
final class RecordSize {
    /** Bytes that Kafka and a changelog add to a value, at most. */
    private static final int ENVELOPE_BYTES = 64 << 10;

    private final Serializer<ScoredTrajectory> scores;
    private final Serializer<JudgeRequest> requests;
    private final int maxBytes;

    RecordSize(StageTopology stage, Topics topics) {
        Topic<ScoredTrajectory> scored = topics.scored();
        this.scores = stage.serde(scored).serializer();
        this.requests = stage.serde(topics.judgeRequests()).serializer();
        this.maxBytes = scored.maxRecordBytes() - ENVELOPE_BYTES;
    }

    /** Returns the score, or a failed one if it or its request is too large. */
    TrajectoryScore fitting(TrajectoryScore score) {
        int bytes = score.judgeRequest() == null
                ? scores.serialize("", score.scored()).length
                : requests.serialize("", score.judgeRequest()).length;
        return bytes <= maxBytes
                ? score
                : score.unwritable((score.judgeRequest() == null ? "the score" : "the request to the judge") + " has "
                        + bytes + " bytes, more than the " + maxBytes + " that a record may have");
    }
}
