package dev.longstream.streams.scoring;

import dev.longstream.record.JudgeRequest;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.Verdict;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

import java.util.Objects;

/**
 * Completes a score whose verdict is known. Otherwise stores it, and emits a judge request if it is the first to wait
 * for this verdict. Key: request key.
 */
@SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
final class AskOnce extends ContextualProcessor<String, JudgeRequest, String, JudgeStep> {
    private final ScoringRules rules;

    private VerdictStores verdicts;

    AskOnce(ScoringRules rules) {
        this.rules = rules;
    }

    @Override
    public void init(ProcessorContext<String, JudgeStep> context) {
        super.init(context);
        verdicts = new VerdictStores(context);
    }

    @Override
    public void process(Record<String, JudgeRequest> record) {
        JudgeRequest request = record.value();
        ScoredTrajectory asker =
                Objects.requireNonNull(request.getAsker(), "a request within scoring must carry its score");
        Verdict known = verdicts.known(request.getKey());
        if (known != null) {
            context()
                    .forward(record.withKey(asker.getGroupId())
                            .withValue(JudgeStep.settled(
                                    rules.of(asker.getPromoted()).reward().settle(asker, known))));
        } else if (verdicts.addWaiting(request.getKey(), asker)) {
            JudgeRequest asked = JudgeRequest.newBuilder(request).setAsker(null).build();
            context().forward(record.withValue(JudgeStep.asked(asked)));
        }
    }
}
