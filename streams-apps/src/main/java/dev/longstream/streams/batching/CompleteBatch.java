package dev.longstream.streams.batching;

import dev.longstream.record.Batch;
import dev.longstream.record.BatchGroup;
import dev.longstream.streams.advantage.AdvantageConfig;
import dev.longstream.streams.advantage.BatchScale;
import dev.longstream.streams.advantage.PhaseAdvantages;

import java.util.ArrayList;
import java.util.List;

/** Builds a batch's record, a manifest with the positions of its groups. Pure. */
final class CompleteBatch {
    private CompleteBatch() {}

    /**
     * Builds the record of one batch.
     *
     * @param taken the groups that the batch takes, in order, rejected ones included
     */
    static Batch of(long number, List<Arrival> taken, PhaseAdvantages advantages, String configDigest) {
        List<Arrival> trainable = taken.stream().filter(Arrival::trainable).toList();
        return Batch.newBuilder()
                .setBatch(number)
                .setPhase(trainable.get(0).phase())
                .setPhaseIndex(trainable.get(0).phaseIndex())
                .setGroups(groups(trainable, advantages.of(trainable.get(0).phaseIndex())))
                .setCompletionTokens(
                        trainable.stream().mapToLong(Arrival::completionTokens).sum())
                .setConfigDigest(configDigest)
                .build();
    }

    private static List<BatchGroup> groups(List<Arrival> trainable, AdvantageConfig advantage) {
        List<BatchGroup> groups =
                new ArrayList<>(trainable.stream().map(Arrival::inBatch).toList());
        if (advantage.scale().ofBatch()) {
            List<BatchScale> scales =
                    BatchScale.of(trainable.stream().map(Arrival::moments).toList(), advantage);
            for (int i = 0; i < groups.size(); i++) {
                groups.get(i).setAdvantageShift(scales.get(i).shift());
                groups.get(i).setAdvantageDivisor(scales.get(i).divisor());
            }
        }
        return groups;
    }
}
