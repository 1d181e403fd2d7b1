package dev.longstream.trainer.loop;

import dev.longstream.trainer.batch.TrainingAnswer;
import dev.longstream.trainer.batch.TrainingBatch;
import dev.longstream.trainer.learner.Learner;
import dev.longstream.trainer.learner.Scorer;
import dev.longstream.trainer.objective.LossSettings;
import dev.longstream.trainer.objective.Proximal;
import dev.longstream.trainer.objective.TruncatedAnswers;

import java.util.IdentityHashMap;
import java.util.Optional;

/**
 * Makes the updates of one gradient step: cuts the batch into mini-batches and updates the weights with each. The weights in
 * memory become a version only after the last update; a step that is stopped or fails before leaves no trace.
 */
final class BatchUpdates {
    private final UpdateSettings settings;
    private final long seed;
    private final double maxGradientNorm;
    private final BatchPass pass;

    /**
     * Creates the updates of a training.
     *
     * @param seed seed of the order of mini-batches
     * @param maxGradientNorm maximum 2-norm of the gradient of an update
     */
    BatchUpdates(UpdateSettings settings, long seed, double maxGradientNorm, BatchPass pass) {
        this.settings = settings;
        this.seed = seed;
        this.maxGradientNorm = maxGradientNorm;
        this.pass = pass;
    }

    /**
     * Trains a batch. Without an answer to train on, the weights stay as they are.
     *
     * @param negativesMasked whether the previous step masked answers with a negative advantage at its end
     * @param version version of the learner's weights
     * @param reference policy to measure the KL divergence against; empty: not measured in this step
     * @param learningRate learning rate of every update
     * @param timer receives the times of passes and updates
     * @return empty if it was stopped; a step whose gradient norm is not finite ended before that update
     */
    Optional<GradientStep> run(
            TrainingBatch batch,
            LossSettings loss,
            boolean negativesMasked,
            long version,
            Learner learner,
            Optional<Scorer> reference,
            double learningRate,
            PartTimer timer) {
        TrainingBatch trained =
                loss.masks().truncatedAnswers() == TruncatedAnswers.LEAVE_OUT ? batch.withoutTruncated() : batch;
        Optional<IdentityHashMap<TrainingAnswer, float[]>> atStart = Optional.of(new IdentityHashMap<>());
        if (settings.areSeveral() && loss.proximal() == Proximal.CURRENT) {
            atStart = pass.score(trained, learner);
        }
        if (atStart.isEmpty()) {
            return Optional.empty();
        }
        StepMeasures measures = new StepMeasures(version, negativesMasked);
        double norms = 0;
        for (TrainingBatch miniBatch : settings.of(trained, seed)) {
            if (miniBatch.tokens() == 0) {
                continue; // moments alone would move the weights
            }
            if (!pass.run(miniBatch, loss, atStart.get(), measures, learner, reference)) {
                return Optional.empty();
            }
            timer.mark(PartTimer.FORWARD_BACKWARD);
            double norm = learner.step(learningRate, maxGradientNorm);
            timer.mark(PartTimer.OPTIMIZER);
            if (!Double.isFinite(norm)) {
                return Optional.of(new GradientStep(measures, norm, learningRate));
            }
            norms += norm;
        }
        return Optional.of(new GradientStep(measures, norms / Math.max(1, measures.updates()), learningRate));
    }
}
