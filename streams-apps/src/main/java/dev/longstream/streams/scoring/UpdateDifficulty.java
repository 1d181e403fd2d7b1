package dev.longstream.streams.scoring;

import dev.longstream.record.Difficulty;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.rewards.HybridReward;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Adds an answer's reward to its prompt's difficulty. Key: prompt id. */
@SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
final class UpdateDifficulty extends ContextualProcessor<String, ScoredTrajectory, String, Difficulty> {
    /** Store of difficulties by prompt id. */
    static final String STORE = "difficulty-by-prompt";

    private final ScoringRules rules;
    private KeyValueStore<String, Difficulty> difficulties;

    UpdateDifficulty(ScoringRules rules) {
        this.rules = rules;
    }

    @Override
    public void init(ProcessorContext<String, Difficulty> context) {
        super.init(context);
        difficulties = context.getStateStore(STORE);
    }

    @Override
    public void process(Record<String, ScoredTrajectory> record) {
        ScoredTrajectory scored = record.value();
        double reward =
                HybridReward.answerReward(scored, rules.of(scored.getPromoted()).config());
        Difficulty after = Difficulties.add(difficulties.get(record.key()), scored, reward);
        difficulties.put(record.key(), after);
        context().forward(record.withValue(after));
    }
}
