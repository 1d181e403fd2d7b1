package dev.longstream.trainer.loop;

import dev.longstream.config.Problems;
import dev.longstream.trainer.batch.TrainingBatch;
import dev.longstream.trainer.batch.TrainingGroup;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Updates of the weights that one batch makes: {@code mini-batches} · {@code epochs}. Together they are one gradient step, which
 * makes one policy version; staleness and the learning rate's schedule count gradient steps, as in verl.
 *
 * @param miniBatches number of parts that a batch is cut into, with one update each (verl: {@code train_batch_size /
 *     ppo_mini_batch_size}; TRL: {@code steps_per_generation}). A group stays whole. The seed of the run and the number of the
 *     batch decide which groups belong together
 * @param epochs number of times that a batch is trained on, cut anew each time (verl: {@code ppo_epochs}; TRL:
 *     {@code num_iterations})
 */
public record UpdateSettings(int miniBatches, int epochs) {
    /** One update with the whole batch. */
    public static final UpdateSettings DEFAULT = new UpdateSettings(1, 1);

    private static final long PRIME = 1_000_003;

    public UpdateSettings {
        new Problems("trainer")
                .require(miniBatches >= 1, "mini-batches is %d, must be at least 1", miniBatches)
                .require(epochs >= 1, "epochs is %d, must be at least 1", epochs)
                .throwIfAny();
    }

    /** Returns whether a batch makes more than one update. */
    boolean areSeveral() {
        return miniBatches > 1 || epochs > 1;
    }

    /**
     * Cuts a batch into mini-batches for all epochs, in the order of their updates. Their sizes differ by one group at most; a
     * batch of fewer groups than {@code mini-batches} has fewer updates. A pure function.
     */
    List<TrainingBatch> of(TrainingBatch batch, long seed) {
        List<TrainingBatch> parts = new ArrayList<>();
        for (int epoch = 0; epoch < epochs; epoch++) {
            if (miniBatches == 1) {
                parts.add(batch);
            } else {
                cut(shuffled(batch, seed, epoch), batch, parts);
            }
        }
        return parts;
    }

    private static List<TrainingGroup> shuffled(TrainingBatch batch, long seed, int epoch) {
        long name = (seed * PRIME + batch.manifest().getBatch()) * PRIME + epoch;
        List<TrainingGroup> groups = new ArrayList<>(batch.groups());
        Collections.shuffle(groups, new Random(new SplittableRandom(name).nextLong()));
        return groups;
    }

    private void cut(List<TrainingGroup> groups, TrainingBatch batch, List<TrainingBatch> parts) {
        for (int part = 0; part < miniBatches; part++) {
            int from = Math.toIntExact((long) part * groups.size() / miniBatches);
            int to = Math.toIntExact((part + 1L) * groups.size() / miniBatches);
            if (from < to) {
                parts.add(new TrainingBatch(batch.manifest(), groups.subList(from, to)));
            }
        }
    }
}
