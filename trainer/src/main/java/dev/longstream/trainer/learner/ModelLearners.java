package dev.longstream.trainer.learner;

import dev.longstream.policy.folder.AdapterFolder;
import dev.longstream.policy.folder.AdapterWeights;
import dev.longstream.policy.folder.NewAdapter;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.safetensors.DType;
import dev.longstream.policy.training.AdamW;
import dev.longstream.policy.training.AnswerScores;
import dev.longstream.policy.training.NonFiniteGradientException;
import dev.longstream.policy.training.PolicyLearner;
import dev.longstream.policy.training.PromptAnswers;
import dev.longstream.policy.training.ScoreGradients;
import dev.longstream.policy.training.StepMemory;
import dev.longstream.trainer.optimizer.OptimizerSettings;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Opens policies with the engine of the policy module. Where an adapter is trained, a policy to measure against shares the base
 * of the policy that was opened last.
 */
public final class ModelLearners implements Learners {
    private final int memoryMebibytes;
    private final Optional<NewAdapter> adapter;
    private @Nullable OpenBase opened;

    /** Creates learners that train whole policies and may use half of the device's memory. */
    public ModelLearners() {
        this(0, Optional.empty());
    }

    /**
     * Creates learners that train whole policies or adapters.
     *
     * @param memoryMebibytes MiB for weights, gradients, moments and activations of a policy in training; 0: half of
     *     the device's memory
     * @param adapter adapter that whole policies begin with; empty: all weights are trained
     */
    public ModelLearners(int memoryMebibytes, Optional<NewAdapter> adapter) {
        this.memoryMebibytes = memoryMebibytes;
        this.adapter = adapter;
    }

    /** A policy in training and the folder of its base. */
    private record OpenBase(PolicyModel model, Path folder) {}

    @Override
    public Learner open(Path weights, Path origin, OptimizerSettings settings) {
        AdamW adamW = new AdamW(
                settings.beta1(),
                settings.beta2(),
                settings.epsilon(),
                settings.decay().weightDecay(),
                settings.decay().weightDecayOn());
        PolicyModel model = load(weights);
        long memoryBytes = StepMemory.budgetBytes(memoryMebibytes);
        return new ModelLearner(PolicyFolder.open(origin), model, () -> new PolicyLearner(model, adamW, memoryBytes));
    }

    @Override
    public Scorer openFrozen(Path modelFolder) {
        OpenBase training = opened;
        if (training == null) {
            return new ModelScorer(load(modelFolder));
        }
        if (!AdapterFolder.isAdapter(modelFolder)) { // it is the base, which an untrained adapter does not change
            return new ModelScorer(training.model().withAdapter(adapter.orElseThrow()));
        }
        try (PolicyFolder folder = PolicyFolder.open(modelFolder, training.folder())) {
            return new ModelScorer(training.model().withAdapter(folder.adapter().orElseThrow()));
        }
    }

    private PolicyModel load(Path modelFolder) {
        try (PolicyFolder folder = PolicyFolder.open(modelFolder)) {
            Optional<AdapterWeights> trained = new TrainedAdapter(adapter).in(folder);
            if (trained.isEmpty()) {
                return PolicyModel.load(folder);
            }
            PolicyModel model = PolicyModel.load(folder, trained.get());
            opened = new OpenBase(model, folder.base());
            return model;
        }
    }

    private static final class ModelLearner implements Learner {
        private final PolicyFolder origin;
        private final PolicyModel model;
        private final Supplier<PolicyLearner> newLearner;
        private PolicyLearner learner;

        /**
         * Creates a learner without moments.
         *
         * @param origin folder of the tokenizer and configuration that written policies copy
         * @param newLearner creates a learner of the model that has taken no step
         */
        ModelLearner(PolicyFolder origin, PolicyModel model, Supplier<PolicyLearner> newLearner) {
            this.origin = origin;
            this.model = model;
            this.newLearner = newLearner;
            this.learner = newLearner.get();
        }

        @Override
        public AnswerScores accumulateGradients(
                List<PromptAnswers> prompts, float temperature, Function<AnswerScores, ScoreGradients> gradientOfLoss) {
            return learner.accumulateGradients(prompts, temperature, gradientOfLoss);
        }

        @Override
        public AnswerScores score(List<PromptAnswers> prompts, float temperature) {
            return PolicyLearner.score(model, prompts, temperature);
        }

        @Override
        public double step(double learningRate, double maxGradientNorm) {
            try {
                return learner.step(learningRate, maxGradientNorm);
            } catch (NonFiniteGradientException e) {
                return e.norm();
            }
        }

        @Override
        public String writeModel(Path folder, DType stored) {
            if (model.adapter().isPresent()) {
                return model.writeAdapter(folder, TrainedAdapter.BASE);
            }
            origin.copyAuxiliaryFiles(folder, stored);
            return model.writeWeights(folder.resolve("model.safetensors"), stored);
        }

        @Override
        public String writeMoments(Path file) {
            return learner.writeMoments(file);
        }

        @Override
        public void readMoments(Path file) {
            learner.readMoments(file);
        }

        @Override
        public void forgetMoments() {
            learner.close();
            learner = newLearner.get();
        }

        @Override
        public void close() {
            learner.close();
            model.close();
            origin.close();
        }
    }

    private record ModelScorer(PolicyModel model) implements Scorer {
        @Override
        public AnswerScores score(List<PromptAnswers> prompts, float temperature) {
            return PolicyLearner.score(model, prompts, temperature);
        }

        @Override
        public void close() {
            model.close();
        }
    }
}
