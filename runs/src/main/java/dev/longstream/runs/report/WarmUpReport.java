package dev.longstream.runs.report;

import dev.longstream.trainer.supervised.SupervisedProgress;
import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Result of the supervised warm-up.
 *
 * @param steps number of gradient steps
 * @param lossFirst loss on the first batch
 * @param lossLast loss on the last batch
 * @param validation loss on the validation demonstrations; null without any
 */
public record WarmUpReport(int steps, double lossFirst, double lossLast, @Nullable ValidationLoss validation) {
    /**
     * Loss on demonstrations that are not trained on, measured after some of the steps.
     *
     * @param first loss of the first measurement
     * @param best lowest loss
     * @param bestStep step of the lowest loss; a step before the last one shows that the warm-up was too long
     * @param last loss of the last measurement
     */
    public record ValidationLoss(double first, double best, int bestStep, double last) {}

    /**
     * Returns the result of the steps; null without steps.
     *
     * @param steps figures of the steps in ascending order
     */
    public static @Nullable WarmUpReport of(List<SupervisedProgress> steps) {
        if (steps.isEmpty()) {
            return null;
        }
        SupervisedProgress last = steps.get(steps.size() - 1);
        return new WarmUpReport(last.step(), steps.get(0).loss(), last.loss(), validation(steps));
    }

    private static @Nullable ValidationLoss validation(List<SupervisedProgress> steps) {
        record Measured(int step, double loss) {}
        List<Measured> measured = steps.stream()
                .flatMap(step -> step.validationLoss() == null
                        ? Stream.empty()
                        : Stream.of(new Measured(step.step(), step.validationLoss())))
                .toList();
        if (measured.isEmpty()) {
            return null;
        }
        Measured best = measured.stream()
                .min(Comparator.comparingDouble(Measured::loss))
                .orElseThrow();
        return new ValidationLoss(
                measured.get(0).loss(),
                best.loss(),
                best.step(),
                measured.get(measured.size() - 1).loss());
    }
}
