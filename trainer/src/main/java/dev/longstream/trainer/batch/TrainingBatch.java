package dev.longstream.trainer.batch;

import dev.longstream.record.Batch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The groups that one gradient step trains on.
 *
 * @param manifest the record that lists the groups
 * @param groups groups in the manifest's order
 */
public record TrainingBatch(Batch manifest, List<TrainingGroup> groups) {
    public TrainingBatch {
        groups = List.copyOf(groups);
    }

    /** Returns the answers of all groups. */
    public Stream<TrainingAnswer> answers() {
        return groups.stream().flatMap(group -> group.answers().stream());
    }

    /** Number of answer tokens, which is the denominator of a token mean. */
    public long tokens() {
        return answers().mapToLong(answer -> answer.tokens().length).sum();
    }

    /** Returns the batch without the answers that the length limit cut; a group may have no answers left. */
    public TrainingBatch withoutTruncated() {
        return new TrainingBatch(
                manifest, groups.stream().map(TrainingGroup::withoutTruncated).toList());
    }

    /**
     * Cuts the batch into parts that go through the model at once, each with one temperature. Equal batches are cut
     * equally.
     *
     * @param tokens maximum tokens of a part; the common beginning of prompts counts once
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
