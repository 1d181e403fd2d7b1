package dev.longstream.streams.batching;

import dev.longstream.record.Batch;
import dev.longstream.record.BatchGroup;

import java.util.List;

/** Writes the manifest of a batch. */
final class Manifest {
    private Manifest() {}

    /** @param taken the batch's groups in order, rejected ones among them */
    static Batch of(long number, List<Arrival> taken, String configDigest) {
        List<Arrival> trainable = taken.stream().filter(Arrival::trainable).toList();
        List<BatchGroup> groups = trainable.stream().map(Arrival::inBatch).toList();
        return Batch.newBuilder()
                .setBatch(number)
                .setPhase(trainable.get(0).phase())
                .setPhaseIndex(trainable.get(0).phaseIndex())
                .setGroups(groups)
                .setCompletionTokens(
                        trainable.stream().mapToLong(Arrival::completionTokens).sum())
                .setConfigDigest(configDigest)
                .build();
    }
}
