package dev.longstream.trainer.loop;

import dev.longstream.policy.training.AnswerScores;
import dev.longstream.policy.training.PromptAnswers;
import dev.longstream.policy.training.ScoreGradients;
import dev.longstream.record.VersionRun;
import dev.longstream.trainer.batch.TrainingAnswer;
import dev.longstream.trainer.batch.TrainingBatch;
import dev.longstream.trainer.batch.TrainingGroup;
import dev.longstream.trainer.learner.Learner;
import dev.longstream.trainer.learner.Scorer;
import dev.longstream.trainer.objective.Loss;
import dev.longstream.trainer.objective.LossInputs;
import dev.longstream.trainer.objective.LossSettings;
import dev.longstream.trainer.objective.Objective;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Forward and backward pass over a mini-batch, micro-batch by micro-batch; the gradients stay in the learner. If the loss of
 * a token depends on the whole mini-batch, a forward pass over all of it comes first.
 */
final class BatchPass {
    private final int microBatchTokens;
    private final BooleanSupplier stopped;
    private final Runnable onMicroBatch;

    BatchPass(int microBatchTokens, BooleanSupplier stopped, Runnable onMicroBatch) {
        this.onMicroBatch = onMicroBatch;
        this.microBatchTokens = microBatchTokens;
        this.stopped = stopped;
    }

    /**
     * Runs the forward pass only, before the first update of a batch.
     *
     * @return log-probabilities of the answers under the learner's weights, by identity; empty if it was stopped
     */
    Optional<IdentityHashMap<TrainingAnswer, float[]>> score(TrainingBatch batch, Learner learner) {
        IdentityHashMap<TrainingAnswer, float[]> logProbs = new IdentityHashMap<>();
        for (List<TrainingGroup> part : batch.microBatches(microBatchTokens)) {
            if (stopped.getAsBoolean()) {
                return Optional.empty();
            }
            onMicroBatch.run();
            float[][][] scores = learner.score(prompts(part), temperature(part)).logProbs();
            for (int prompt = 0; prompt < part.size(); prompt++) {
                List<TrainingAnswer> answers = part.get(prompt).answers();
                for (int answer = 0; answer < answers.size(); answer++) {
                    logProbs.put(answers.get(answer), scores[prompt][answer]);
                }
            }
        }
        return Optional.of(logProbs);
    }

    /**
     * Runs the pass of one update.
     *
     * @param batch the mini-batch of the update
     * @param settings settings of this batch's loss
     * @param atStart log-probabilities before the first update of the batch, see {@link #score}; empty if this is the first
     * @param measures measures of the step, to which those of the update are added
     * @param reference policy to measure the KL divergence against; empty: not measured in this step
     * @return false if it was stopped between two micro-batches, with some gradients accumulated
     */
    boolean run(
            TrainingBatch batch,
            LossSettings settings,
            IdentityHashMap<TrainingAnswer, float[]> atStart,
            StepMeasures measures,
            Learner learner,
            Optional<Scorer> reference) {
        Objective objective = settings.objective();
        LossBatch whole = new LossBatch(
                settings,
                measures.version(),
                batch.tokens(),
                batch.answers().count(),
                measures.negativesMasked(),
                atStart);
        measures.beginUpdate();
        List<List<TrainingGroup>> parts = batch.microBatches(microBatchTokens);
        Optional<Loss> lossOfAll = Optional.empty();
        if (objective.needsWholeBatch()) {
            List<LossInputs> scored = new ArrayList<>();
            for (List<TrainingGroup> part : parts) {
                if (stopped.getAsBoolean()) {
                    return false;
                }
                onMicroBatch.run();
                scored.add(whole.inputs(
                        part, learner.score(prompts(part), temperature(part)), underReference(part, reference)));
            }
            lossOfAll = Optional.of(objective.evaluate(whole.together(scored)));
            measures.add(lossOfAll.get());
        }
        int answersBefore = 0;
        for (List<TrainingGroup> part : parts) {
            if (stopped.getAsBoolean()) {
                return false;
            }
            onMicroBatch.run();
            int first = answersBefore;
            Optional<Loss> known = lossOfAll;
            Optional<float[][][]> underReference = underReference(part, reference);
            AnswerScores scores = learner.accumulateGradients(prompts(part), temperature(part), current -> {
                if (known.isPresent()) {
                    return gradients(part, known.get(), first);
                }
                Loss loss = objective.evaluate(whole.inputs(part, current, underReference));
                measures.add(loss);
                return gradients(part, loss, 0);
            });
            measure(measures, part, scores, underReference);
            answersBefore +=
                    part.stream().mapToInt(group -> group.answers().size()).sum();
        }
        return true;
    }

    private static List<PromptAnswers> prompts(List<TrainingGroup> part) {
        return part.stream().map(TrainingGroup::promptAnswers).toList();
    }

    private static float temperature(List<TrainingGroup> part) {
        return part.get(0).temperature();
    }

    /** Returns the answers' log-probabilities under the reference policy, [prompt][answer][token]. */
    private static Optional<float[][][]> underReference(List<TrainingGroup> part, Optional<Scorer> reference) {
        return reference.map(
                scorer -> scorer.score(prompts(part), temperature(part)).logProbs());
    }

    private static void measure(
            StepMeasures measures,
            List<TrainingGroup> part,
            AnswerScores scores,
            Optional<float[][][]> underReference) {
        for (int prompt = 0; prompt < part.size(); prompt++) {
            List<TrainingAnswer> answers = part.get(prompt).answers();
            for (int answer = 0; answer < answers.size(); answer++) {
                float[] logProbs = scores.logProbs()[prompt][answer];
                measures.add(part.get(prompt), answers.get(answer), logProbs, scores.entropies()[prompt][answer]);
                if (underReference.isPresent()) {
                    measures.addKl(
                            part.get(prompt),
                            answers.get(answer),
                            logProbs,
                            underReference.get()[prompt][answer]);
                }
            }
        }
    }

    /** Reshapes the loss's gradients from (N, C) to [prompt][answer][token]; the part begins at row {@code first}. */
    private static ScoreGradients gradients(List<TrainingGroup> part, Loss loss, int first) {
        return new ScoreGradients(
                byPrompt(part, loss.gradient(), first),
                loss.entropyGradient().length == 0
                        ? Optional.empty()
                        : Optional.of(byPrompt(part, loss.entropyGradient(), first)));
    }

    private static float[][][] byPrompt(List<TrainingGroup> part, double[][] gradient, int first) {
        float[][][] byPrompt = new float[part.size()][][];
        int next = first;
        for (int prompt = 0; prompt < byPrompt.length; prompt++) {
            byPrompt[prompt] = new float[part.get(prompt).answers().size()][];
            for (int answer = 0; answer < byPrompt[prompt].length; answer++) {
                byPrompt[prompt][answer] = floats(gradient[next++]);
            }
        }
        return byPrompt;
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    /** Builds the inputs of the loss from a part's answers and scores, one row an answer: (N, C). */
    private record LossBatch(
            LossSettings settings,
            long version,
            long tokens,
            long answers,
            boolean negativesMasked,
            IdentityHashMap<TrainingAnswer, float[]> atStart) {

        LossInputs inputs(List<TrainingGroup> part, AnswerScores scores, Optional<float[][][]> underReference) {
            List<double[]> current = new ArrayList<>();
            List<double[]> proximal = new ArrayList<>();
            List<double[]> behaviour = new ArrayList<>();
            List<double[]> reference = new ArrayList<>();
            List<double[]> entropies = new ArrayList<>();
            List<double[]> advantages = new ArrayList<>();
            for (int prompt = 0; prompt < part.size(); prompt++) {
                List<TrainingAnswer> trained = part.get(prompt).answers();
                for (int answer = 0; answer < trained.size(); answer++) {
                    TrainingAnswer trajectory = trained.get(answer);
                    double[] logProbs = doubles(scores.logProbs()[prompt][answer]);
                    double[] sampled = doubles(trajectory.behaviourLogProbs());
                    current.add(logProbs);
                    behaviour.add(sampled);
                    float[] before = atStart.get(trajectory);
                    proximal.add(settings.proximal()
                            .of(before == null ? logProbs : doubles(before), sampled, ages(trajectory)));
                    if (underReference.isPresent()) {
                        reference.add(doubles(underReference.get()[prompt][answer]));
                    }
                    entropies.add(doubles(scores.entropies()[prompt][answer]));
                    double[] advantage = new double[logProbs.length];
                    Arrays.fill(advantage, trajectory.advantage());
                    advantages.add(advantage);
                }
            }
            return new LossInputs(
                    rows(current),
                    rows(proximal),
                    rows(behaviour),
                    rows(reference),
                    rows(entropies),
                    rows(advantages),
                    tokens,
                    answers,
                    negativesMasked);
        }

        /** Concatenates the parts of a batch. */
        LossInputs together(List<LossInputs> parts) {
            return new LossInputs(
                    parts.stream()
                            .flatMap(part -> Arrays.stream(part.current()))
                            .toArray(double[][]::new),
                    parts.stream()
                            .flatMap(part -> Arrays.stream(part.proximal()))
                            .toArray(double[][]::new),
                    parts.stream()
                            .flatMap(part -> Arrays.stream(part.behaviour()))
                            .toArray(double[][]::new),
                    parts.stream()
                            .flatMap(part -> Arrays.stream(part.reference()))
                            .toArray(double[][]::new),
                    parts.stream()
                            .flatMap(part -> Arrays.stream(part.entropies()))
                            .toArray(double[][]::new),
                    parts.stream()
                            .flatMap(part -> Arrays.stream(part.advantages()))
                            .toArray(double[][]::new),
                    tokens,
                    answers,
                    negativesMasked);
        }

        private long[] ages(TrainingAnswer trajectory) {
            long[] ages = new long[trajectory.tokens().length];
            int token = 0;
            for (VersionRun run : trajectory.versions()) {
                Arrays.fill(ages, token, token + run.getTokens(), version - run.getVersion());
                token += run.getTokens();
            }
            return ages;
        }

        private static double[][] rows(List<double[]> rows) {
            return rows.toArray(double[][]::new);
        }

        private static double[] doubles(float[] values) {
            double[] doubles = new double[values.length];
            for (int i = 0; i < values.length; i++) {
                doubles[i] = values[i];
            }
            return doubles;
        }
    }
}
