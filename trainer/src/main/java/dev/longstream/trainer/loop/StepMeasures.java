package dev.longstream.trainer.loop;

import dev.longstream.record.StepSlice;
import dev.longstream.record.VersionRun;
import dev.longstream.trainer.batch.TrainingAnswer;
import dev.longstream.trainer.batch.TrainingGroup;
import dev.longstream.trainer.objective.KlEstimate;
import dev.longstream.trainer.objective.Loss;
import dev.longstream.trainer.objective.LossCounts;

import java.util.List;
import java.util.OptionalDouble;

/** Adds up the measures of a step over the answers of its updates. C = tokens of an answer. */
final class StepMeasures {
    /** Largest weight π/μ of a token in the mean of KL, so that no single token dominates it. */
    private static final double MAX_KL_WEIGHT = 10;

    private final long version;
    private final boolean negativesMaskedBefore;
    private int updates;
    private double loss;
    private final LossCounts counts = new LossCounts();
    private final Slices slices = new Slices();
    private double entropy;
    private double klToInitial;
    private double klWeights;
    private double mismatch;
    private long mismatchTokens;
    private double staleness;
    private long stalenessMax;

    /**
     * Creates empty measures.
     *
     * @param version version of the policy before the step
     * @param negativesMasked whether the previous step masked answers with a negative advantage at its end
     */
    StepMeasures(long version, boolean negativesMasked) {
        this.version = version;
        this.negativesMaskedBefore = negativesMasked;
    }

    /** Returns the version of the policy before the step. */
    long version() {
        return version;
    }

    /** Begins the measures of the next update. */
    void beginUpdate() {
        updates++;
    }

    void add(Loss part) {
        loss += part.value();
        counts.add(part.counts());
    }

    /**
     * Adds an answer.
     *
     * @param logProbs float[C] under the policy before the update
     * @param entropies float[C], entropies of the same policy's next-token distributions
     */
    void add(TrainingGroup group, TrainingAnswer answer, float[] logProbs, float[] entropies) {
        slices.add(group, answer, entropies);
        int token = 0;
        for (VersionRun run : answer.versions()) {
            long age = version - run.getVersion();
            staleness += (double) age * run.getTokens();
            stalenessMax = Math.max(stalenessMax, age);
            for (int end = token + run.getTokens(); token < end; token++) {
                entropy += entropies[token];
                if (age == 0 && updates == 1) { // later updates measure the weights of no version
                    mismatch += KlEstimate.K3.of(answer.behaviourLogProbs()[token], logProbs[token]);
                    mismatchTokens++;
                }
            }
        }
    }

    /**
     * Adds an answer's KL divergence to the reference policy.
     *
     * @param logProbs float[C] under the policy before the update
     * @param initial float[C] under the reference policy
     */
    void addKl(TrainingGroup group, TrainingAnswer answer, float[] logProbs, float[] initial) {
        for (int token = 0; token < logProbs.length; token++) {
            double weight = klWeight(logProbs[token], answer.behaviourLogProbs()[token]);
            double estimate = weight * KlEstimate.K3.of(logProbs[token], initial[token]);
            slices.addKl(group, weight, estimate);
            klToInitial += estimate;
            klWeights += weight;
        }
    }

    /**
     * Weight of a token in the mean of KL(π ‖ reference). The estimate needs samples of π, and the tokens are those of μ: the
     * ratio π/μ corrects that, and the mean divides by the sum of the weights.
     */
    private static double klWeight(double logProb, double behaviour) {
        return Math.min(MAX_KL_WEIGHT, Math.exp(logProb - behaviour));
    }

    /** Returns the measures by phase and input length. */
    List<StepSlice> slices() {
        return slices.list();
    }

    /** Returns the number of updates that were begun. */
    int updates() {
        return updates;
    }

    /** Returns whether the next update starts with answers of a negative advantage masked. */
    boolean negativesMasked() {
        return counts.tokens() == 0 ? negativesMaskedBefore : counts.negativesMasked();
    }

    /** Returns the mean loss of the updates. */
    double loss() {
        return updates == 0 ? 0 : loss / updates;
    }

    LossCounts counts() {
        return counts;
    }

    double entropy() {
        return mean(entropy, counts.tokens());
    }

    OptionalDouble klToInitial() {
        return klWeights == 0 ? OptionalDouble.empty() : OptionalDouble.of(klToInitial / klWeights);
    }

    double mismatch() {
        return mean(mismatch, mismatchTokens);
    }

    long mismatchTokens() {
        return mismatchTokens;
    }

    double stalenessMean() {
        return mean(staleness, counts.tokens());
    }

    long stalenessMax() {
        return stalenessMax;
    }

    private static double mean(double sum, long tokens) {
        return tokens == 0 ? 0 : sum / tokens;
    }
}
