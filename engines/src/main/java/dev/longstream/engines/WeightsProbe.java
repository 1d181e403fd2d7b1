package dev.longstream.engines;

import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.training.PolicyLearner;
import org.jspecify.annotations.Nullable;

/** Computes the log-probabilities of fixed tokens with the embedded engine. Not thread-safe. */
final class WeightsProbe implements AutoCloseable {
    /** Number of tokens: enough to reach every layer at several positions, and cheap for every engine. */
    private static final int TOKENS = 32;
    /** Step through the vocabulary, 2^32 divided by the golden ratio: it spreads the tokens over all rows of embedding and head. */
    private static final long STEP = 2654435761L;

    private @Nullable PolicyModel model;

    /** Returns the tokens for a vocabulary, int[32]. */
    static int[] tokens(int vocabulary) {
        int[] tokens = new int[TOKENS];
        for (int i = 0; i < TOKENS; i++) {
            tokens[i] = (int) ((i + 1) * STEP % vocabulary);
        }
        return tokens;
    }

    /** Returns log π(token | prefix) of every token but the first under a folder's weights, at temperature 1. */
    float[] logProbs(PolicyFolder folder, int[] tokens) {
        PolicyModel loaded = model;
        if (loaded == null) {
            loaded = PolicyModel.load(folder, ComputeType.FLOAT32); // rounding would hide what it looks for
            model = loaded;
        } else {
            loaded.loadWeights(folder);
        }
        return PolicyLearner.logProbs(loaded, tokens);
    }

    /** Returns the mean absolute difference of two lists of log-probabilities, in nats. */
    static double difference(float[] own, float[] others) {
        double sum = 0;
        for (int i = 0; i < own.length; i++) {
            sum += Math.abs((double) own[i] - others[i]);
        }
        return sum / own.length;
    }

    @Override
    public void close() {
        if (model != null) {
            model.close();
        }
    }
}
