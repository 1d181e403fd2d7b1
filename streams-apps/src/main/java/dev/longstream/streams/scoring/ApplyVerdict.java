package dev.longstream.streams.scoring;

import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.Verdict;
import dev.longstream.streams.topology.Counter;
import dev.longstream.streams.topology.Located;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores a verdict and completes every score that waits for it. Input key: request key; output key: group id.
 */
@SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
final class ApplyVerdict extends ContextualProcessor<String, Located<Verdict>, String, ScoredTrajectory> {
    private static final Logger LOG = LoggerFactory.getLogger(ApplyVerdict.class);

    private final ScoringRules rules;

    private VerdictStores verdicts;
    private Counter withoutVerdict;

    ApplyVerdict(ScoringRules rules) {
        this.rules = rules;
    }

    @Override
    public void init(ProcessorContext<String, ScoredTrajectory> context) {
        super.init(context);
        verdicts = new VerdictStores(context);
        withoutVerdict = new Counter(context, "without-verdict");
    }

    @Override
    public void process(Record<String, Located<Verdict>> record) {
        Verdict verdict = record.value().value();
        verdicts.learn(verdict);
        for (ScoredTrajectory waiting : verdicts.release(verdict.getKey())) {
            if (verdict.getScore() == null) {
                withoutVerdict.add();
                LOG.warn(
                        "Sample {} of group {} has no verdict: {}",
                        waiting.getSampleIndex(),
                        waiting.getGroupId(),
                        verdict.getFailure());
            }
            ScoredTrajectory score = rules.of(waiting.getPromoted()).reward().settle(waiting, verdict);
            context().forward(record.withKey(waiting.getGroupId()).withValue(score));
        }
    }
}
