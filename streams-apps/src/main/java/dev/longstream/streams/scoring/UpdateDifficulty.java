package dev.longstream.streams.scoring;

import dev.longstream.record.Difficulty;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.rewards.HybridReward;
import dev.longstream.rewards.ScoringConfig;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Adds an answer's reward to its prompt's difficulty. Key: prompt id. */
@SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
final class UpdateDifficulty extends ContextualProcessor<String, ScoredTrajectory, String, Difficulty> {
    /** Store of difficulties by prompt id. */
    static final String STORE = "difficulty-by-prompt";

    private final ScoringConfig config;
    private KeyValueStore<String, Difficulty> difficulties;

    UpdateDifficulty(ScoringConfig config) {
        this.config = config;
    }

    @Override
    public void init(ProcessorContext<String, Difficulty> context) {
        super.init(context);
        difficulties = context.getStateStore(STORE);
    }

    @Override
    public void process(Record<String, ScoredTrajectory> record) {
        Difficulty after = Difficulties.add(
                difficulties.get(record.key()), record.value(), HybridReward.answerReward(record.value(), config));
        difficulties.put(record.key(), after);
        context().forward(record.withValue(after));
    }
}
