package dev.longstream.trainer.loop;

import dev.longstream.record.Batch;
import dev.longstream.record.Step;
import dev.longstream.trainer.batch.Manifest;
import dev.longstream.trainer.batch.TrainingAnswer;
import dev.longstream.trainer.batch.TrainingBatch;
import dev.longstream.trainer.checkpoint.WrittenModel;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Builds the record of a gradient step. */
final class StepReport {
    private StepReport() {}

    static Step of(
            Manifest manifest,
            TrainingBatch training,
            GradientStep step,
            WrittenModel model,
            Map<String, Double> seconds,
            Instant finishedAt,
            String configDigest) {
        Batch batch = manifest.batch();
        StepMeasures measures = step.measures();
        List<TrainingAnswer> answers = training.answers().toList();
        double[] rewards = answers.stream().mapToDouble(TrainingAnswer::reward).toArray();
        int[] lengths =
                answers.stream().mapToInt(answer -> answer.tokens().length).toArray();
        int[] prompts = training.groups().stream()
                .mapToInt(group -> group.prompt().length)
                .toArray();
        OptionalDouble klToInitial = measures.klToInitial();
        return Step.newBuilder()
                .setVersion(batch.getBatch() + 1)
                .setBatch(batch.getBatch())
                .setBatchRecord(manifest.place())
                .setPhase(batch.getPhase())
                .setPhaseIndex(batch.getPhaseIndex())
                .setGroups(training.groups().size())
                .setTrajectories(answers.size())
                .setLoss(measures.loss())
                .setReward(mean(rewards))
                .setRewardDeviation(deviation(rewards))
                .setEntropy(measures.entropy())
                .setKlToInitial(klToInitial.isPresent() ? klToInitial.getAsDouble() : null)
                .setResponseLength(Arrays.stream(lengths).average().orElse(0))
                .setMaxResponseLength(Arrays.stream(lengths).max().orElse(0))
                .setTruncatedFraction((double) answers.stream()
                                .filter(TrainingAnswer::truncated)
                                .count()
                        / answers.size())
                .setInputLength(Arrays.stream(prompts).average().orElse(0))
                .setStalenessMean(measures.stalenessMean())
                .setStalenessMax(measures.stalenessMax())
                .setRatioMean(measures.counts().ratioMean())
                .setRatioMax(measures.counts().ratioMax())
                .setClipFraction(measures.counts().clipFraction())
                .setDualClipFraction(measures.counts().dualClipFraction())
                .setClippedAnswersFraction(measures.counts().clippedAnswersFraction())
                .setApproximateKl(measures.counts().approximateKl())
                .setWeightMean(measures.counts().weightMean())
                .setWeightlessFraction(measures.counts().weightlessShare())
                .setEffectiveSampleFraction(measures.counts().effectiveSampleShare())
                .setRejectedFraction(measures.counts().rejectedShare())
                .setRejectedAnswersFraction(measures.counts().rejectedAnswersShare())
                .setMaskedFraction(measures.counts().maskedShare())
                .setNegativesMasked(measures.negativesMasked())
                .setSlices(measures.slices())
                .setUpdates(measures.updates())
                .setMismatchKl(measures.mismatch())
                .setMismatchTokens(measures.mismatchTokens())
                .setGradientNorm(step.gradientNorm())
                .setLearningRate(step.learningRate())
                .setPromptTokens(Arrays.stream(prompts).asLongStream().sum())
                .setCompletionTokens(training.tokens())
                .setSeconds(seconds)
                .setWeightsDigest(model.digest())
                .setFinishedAt(finishedAt.truncatedTo(ChronoUnit.MILLIS))
                .setConfigDigest(configDigest)
                .build();
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(0);
    }

    /** Sample standard deviation (n − 1); 0 for fewer than two. */
    private static double deviation(double[] values) {
        double mean = mean(values);
        double squares = Arrays.stream(values)
                .map(value -> (value - mean) * (value - mean))
                .sum();
        return values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1));
    }
}
