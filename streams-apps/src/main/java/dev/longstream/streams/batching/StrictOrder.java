package dev.longstream.streams.batching;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** First in, first out, by ordinal: the rule by which groups become batches. Pure. */
final class StrictOrder {
    private StrictOrder() {}

    /**
     * The next batch, if everything that belongs to it is known.
     *
     * @param from the lowest ordinal that no batch has taken yet
     * @param waiting known groups from there on, in order of their ordinals; read no further than necessary
     * @param batchSize B
     * @return ordinals {@code from} to that of the batch's last group, without a gap: B trainable groups, and the rejected
     *     ones among them
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
