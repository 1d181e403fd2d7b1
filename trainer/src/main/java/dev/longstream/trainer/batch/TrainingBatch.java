package dev.longstream.trainer.batch;

import dev.longstream.record.Batch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What one gradient step trains on.
 *
 * @param manifest which groups it is made of
 * @param groups in the manifest's order
 */
public record TrainingBatch(Batch manifest, List<TrainingGroup> groups) {
    public TrainingBatch {
        groups = List.copyOf(groups);
    }

    public Stream<TrainingAnswer> answers() {
        return groups.stream().flatMap(group -> group.answers().stream());
    }

    /** Answer tokens: the denominator of a token mean. */
    public long tokens() {
        return answers().mapToLong(answer -> answer.tokens().length).sum();
    }

    /**
     * Cut into parts that go through the model at once, each of one temperature. The same batch is always cut in the same
     * way.
     *
     * @param tokens budget of a part; what prompts begin with in common counts once
     */
    public List<List<TrainingGroup>> microBatches(int tokens) {
        Map<Float, List<TrainingGroup>> byTemperature = new TreeMap<>();
        groups.forEach(group -> byTemperature
                .computeIfAbsent(group.temperature(), temperature -> new ArrayList<>())
                .add(group));
        List<List<TrainingGroup>> parts = new ArrayList<>();
        byTemperature.values().forEach(alike -> MicroBatches.cut(
                        alike.stream().map(TrainingGroup::promptAnswers).toList(), tokens)
                .forEach(slices -> parts.add(slices.stream()
                        .map(slice -> alike.get(slice.row()).slice(slice.from(), slice.to()))
                        .toList())));
        return parts;
    }
}
