package dev.longstream.trainer.loop;

import dev.longstream.policy.training.AnswerScores;
import dev.longstream.policy.training.PromptAnswers;
import dev.longstream.trainer.batch.TrainingAnswer;
import dev.longstream.trainer.batch.TrainingBatch;
import dev.longstream.trainer.batch.TrainingGroup;
import dev.longstream.trainer.learner.Learner;
import dev.longstream.trainer.learner.Scorer;
import dev.longstream.trainer.objective.Loss;
import dev.longstream.trainer.objective.LossInputs;
import dev.longstream.trainer.objective.Objective;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Forward and backward pass over a batch, micro-batch by micro-batch; leaves its gradients in the learner. */
final class BatchPass {
    private final Objective objective;
    private final int microBatchTokens;
    private final BooleanSupplier stopped;

    BatchPass(Objective objective, int microBatchTokens, BooleanSupplier stopped) {
        this.objective = objective;
        this.microBatchTokens = microBatchTokens;
        this.stopped = stopped;
    }

    /**
     * @param version of the learner's weights
     * @param initial the policy to measure KL against; empty: not in this step
     * @return empty if it was stopped between two micro-batches, with some gradients gathered
     */
    Optional<StepMeasures> run(TrainingBatch batch, long version, Learner learner, Optional<Scorer> initial) {
        StepMeasures measures = new StepMeasures(version);
        long tokens = batch.tokens();
        long answers = batch.answers().count();
        for (List<TrainingGroup> part : batch.microBatches(microBatchTokens)) {
            if (stopped.getAsBoolean()) {
                return Optional.empty();
            }
            List<PromptAnswers> prompts =
                    part.stream().map(TrainingGroup::promptAnswers).toList();
            float temperature = part.get(0).temperature();
            AnswerScores scores = learner.accumulate(prompts, temperature, current -> {
                Loss loss = objective.evaluate(inputs(part, current.logProbs(), tokens, answers));
                measures.add(loss);
                return byPrompt(part, loss.gradient());
            });
            forEachAnswer(
                    part,
                    (prompt, answer, trajectory) -> measures.add(
                            trajectory, scores.logProbs()[prompt][answer], scores.entropies()[prompt][answer]));
            initial.ifPresent(scorer -> {
                float[][][] before = scorer.score(prompts, temperature).logProbs();
                forEachAnswer(
                        part,
                        (prompt, answer, trajectory) ->
                                measures.addKl(scores.logProbs()[prompt][answer], before[prompt][answer]));
            });
        }
        return Optional.of(measures);
    }

    /** @param logProbs [prompt][answer][token]; the answers of a micro-batch in one row: (N, C) */
    private static LossInputs inputs(
            List<TrainingGroup> part, float[][][] logProbs, long batchTokens, long batchAnswers) {
        int answers = part.stream().mapToInt(group -> group.answers().size()).sum();
        double[][] current = new double[answers][];
        double[][] behaviour = new double[answers][];
        double[][] advantages = new double[answers][];
        int[] next = {0};
        forEachAnswer(part, (prompt, answer, trajectory) -> {
            current[next[0]] = doubles(logProbs[prompt][answer]);
            behaviour[next[0]] = doubles(trajectory.behaviourLogProbs());
            advantages[next[0]] = new double[trajectory.tokens().length];
            Arrays.fill(advantages[next[0]], trajectory.advantage());
            next[0]++;
        });
        return new LossInputs(current, behaviour, advantages, batchTokens, batchAnswers);
    }

    /** (N, C) back to [prompt][answer][token]. */
    private static float[][][] byPrompt(List<TrainingGroup> part, double[][] gradient) {
        float[][][] byPrompt = new float[part.size()][][];
        int next = 0;
        for (int prompt = 0; prompt < byPrompt.length; prompt++) {
            byPrompt[prompt] = new float[part.get(prompt).answers().size()][];
            for (int answer = 0; answer < byPrompt[prompt].length; answer++) {
                byPrompt[prompt][answer] = floats(gradient[next++]);
            }
        }
        return byPrompt;
    }

    private interface AnswerVisitor {
        void visit(int prompt, int answer, TrainingAnswer trajectory);
    }

    private static void forEachAnswer(List<TrainingGroup> part, AnswerVisitor visitor) {
        for (int prompt = 0; prompt < part.size(); prompt++) {
            List<TrainingAnswer> answers = part.get(prompt).answers();
            for (int answer = 0; answer < answers.size(); answer++) {
                visitor.visit(prompt, answer, answers.get(answer));
            }
        }
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
