package dev.longstream.streams.batching;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Selects the groups of the next batch, first in, first out by ordinal. Pure. */
final class StrictOrder {
    private StrictOrder() {}

    /**
     * Returns the groups of the next batch once all of them are known; empty before.
     *
     * @param from lowest ordinal that no batch has taken
     * @param waiting known groups from there on, in order of ordinals; read no further than necessary
     * @param batchSize B
     * @return groups with consecutive ordinals from {@code from}: B trainable groups and the rejected ones between them
     */
    static Optional<List<Arrival>> next(long from, Iterator<Arrival> waiting, int batchSize) {
        List<Arrival> taken = new ArrayList<>();
        int trainable = 0;
        while (trainable < batchSize && waiting.hasNext()) {
            Arrival arrival = waiting.next();
            if (arrival.ordinal() != from + taken.size()) {
                return Optional.empty();
            }
            taken.add(arrival);
            trainable += arrival.trainable() ? 1 : 0;
        }
        return trainable == batchSize ? Optional.of(taken) : Optional.empty();
    }
}
