package dev.longstream.runs.report;

import dev.longstream.trainer.supervised.SupervisedProgress;
import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the warm-up came to.
 *
 * @param steps gradient steps
 * @param lossFirst of its first batch
 * @param lossLast of its last batch
 * @param validation loss on what was held back; null where nothing was
 */
public record WarmUpReport(int steps, double lossFirst, double lossLast, @Nullable ValidationLoss validation) {
    /**
     * Measured after some of the steps.
     *
     * @param bestStep of the least of them; an earlier one than the last says that the warm-up went on for too long
     */
    public record ValidationLoss(double first, double best, int bestStep, double last) {}

    /**
     * @param steps in their order
     * @return null if there are none
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
