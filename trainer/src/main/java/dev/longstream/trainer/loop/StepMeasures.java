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

/** Adds up the measures of a step over the answers of its batch. C = tokens of an answer. */
final class StepMeasures {
    private final long version;
    private double loss;
    private final LossCounts counts = new LossCounts();
    private final Slices slices = new Slices();
    private double entropy;
    private double klToInitial;
    private long klTokens;
    private double mismatch;
    private long mismatchTokens;
    private double staleness;
    private long stalenessMax;

    /** Creates empty measures; {@code version} is the policy's version before the step. */
    StepMeasures(long version) {
        this.version = version;
    }

    void add(Loss part) {
        loss += part.value();
        counts.add(part.counts());
    }

    /**
     * Adds an answer.
     *
     * @param logProbs float[C] under the policy before the step
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
                if (age == 0) {
                    mismatch += KlEstimate.K3.of(answer.behaviourLogProbs()[token], logProbs[token]);
                    mismatchTokens++;
                }
            }
        }
    }

    /**
     * Adds an answer's KL divergence to the initial policy.
     *
     * @param logProbs float[C] under the policy before the step
     * @param initial float[C] under the initial policy
     */
    void addKl(TrainingGroup group, float[] logProbs, float[] initial) {
        slices.addKl(group, logProbs, initial);
        for (int token = 0; token < logProbs.length; token++) {
            klToInitial += KlEstimate.K3.of(logProbs[token], initial[token]);
        }
        klTokens += logProbs.length;
    }

    /** Returns the measures by phase and input length. */
    List<StepSlice> slices() {
        return slices.list();
    }

    double loss() {
        return loss;
    }

    LossCounts counts() {
        return counts;
    }

    double entropy() {
        return mean(entropy, counts.tokens());
    }

    OptionalDouble klToInitial() {
        return klTokens == 0 ? OptionalDouble.empty() : OptionalDouble.of(klToInitial / klTokens);
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
