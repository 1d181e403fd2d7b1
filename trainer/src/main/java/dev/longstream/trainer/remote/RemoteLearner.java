package dev.longstream.trainer.remote;

import dev.longstream.policy.folder.AdapterConfig;
import dev.longstream.policy.folder.AdapterFolder;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.safetensors.DType;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.policy.safetensors.TensorMessage;
import dev.longstream.policy.training.AnswerScores;
import dev.longstream.policy.training.PromptAnswers;
import dev.longstream.policy.training.ScoreGradients;
import dev.longstream.trainer.learner.Learner;
import dev.longstream.trainer.learner.TrainedAdapter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A policy that a learner process trains: all of its weights, or an adapter. */
final class RemoteLearner implements Learner {
    private final PolicyFolder origin;
    private final RemoteModel model;
    private final Optional<AdapterConfig> adapter;

    /**
     * Creates the view of a policy in training.
     *
     * @param origin folder of the tokenizer and configuration that written policies copy
     * @param adapter shape of the adapter that is trained; empty: all weights are
     */
    RemoteLearner(PolicyFolder origin, RemoteModel model, Optional<AdapterConfig> adapter) {
        this.origin = origin;
        this.model = model;
        this.adapter = adapter;
    }

    @Override
    public AnswerScores accumulateGradients(
            List<PromptAnswers> prompts, float temperature, Function<AnswerScores, ScoreGradients> gradientOfLoss) {
        AnswerScores scores = model.scores("forward", prompts, temperature);
        ScoreGradients gradients = gradientOfLoss.apply(scores);
        TensorMessage backward =
                new TensorMessage().put("log-probs", MicroBatchArrays.join(prompts, gradients.logProbs()));
        gradients
                .entropies()
                .ifPresent(ofEntropies -> backward.put("entropies", MicroBatchArrays.join(prompts, ofEntropies)));
        model.call("backward", backward);
        return scores;
    }

    @Override
    public AnswerScores score(List<PromptAnswers> prompts, float temperature) {
        return model.score(prompts, temperature);
    }

    @Override
    public double step(double learningRate, double maxGradientNorm) {
        TensorMessage step = new TensorMessage();
        step.fields().put("learning-rate", learningRate).put("max-gradient-norm", maxGradientNorm);
        return model.call("step", step).floats("norm", 1)[0];
    }

    @Override
    public String writeModel(Path folder, DType stored) {
        TensorMessage write = new TensorMessage();
        write.fields().put("folder", folder.toAbsolutePath().toString());
        if (adapter.isPresent()) {
            AdapterFolder.describe(folder, TrainedAdapter.BASE, adapter.get());
            write.fields().put("stored", DType.F32.name());
        } else {
            origin.copyAuxiliaryFiles(folder, stored);
            write.fields().put("stored", stored.name());
        }
        String file = adapter.isPresent() ? AdapterFolder.WEIGHTS : SafeTensors.SINGLE_FILE;
        return written(folder.resolve(file), model.call("write-model", write));
    }

    @Override
    public String writeMoments(Path file) {
        return written(file, model.call("write-moments", named(file)));
    }

    /** Returns the digest of a file that the learner wrote, once it is seen here in full. */
    private static String written(Path file, TensorMessage reply) {
        long expected = reply.fields().path("bytes").asLong();
        try {
            long found = Files.exists(file) ? Files.size(file) : -1;
            if (found != expected) {
                throw new LearnerException(
                        file + " has " + (found < 0 ? "no" : found) + " bytes here, but the learner wrote "
                                + expected
                                + ": both must see the run's folder under the same absolute path, on one host or on a"
                                + " shared disk");
            }
        } catch (IOException e) {
            throw new LearnerException(file + " cannot be read: " + e);
        }
        return reply.fields().path("sha256").asText();
    }

    @Override
    public void readMoments(Path file) {
        model.call("read-moments", named(file));
    }

    private static TensorMessage named(Path file) {
        TensorMessage message = new TensorMessage();
        message.fields().put("file", file.toAbsolutePath().toString());
        return message;
    }

    @Override
    public void forgetMoments() {
        model.call("forget-moments", new TensorMessage());
    }

    @Override
    public void close() {
        model.close();
        origin.close();
    }
}
