package dev.longstream.runs.report;

import dev.longstream.record.Step;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Throughput of a run's loop, computed from its {@code steps}. The time starts at the end of the first gradient step, so that
 * preparation does not count, and stops at the end of the last one. The pause of an interrupted run counts.
 *
 * @param steps number of gradient steps in this time
 * @param seconds length of this time in seconds
 * @param groupsPerMinute trained groups per minute
 * @param answerTokensPerSecond trained answer tokens per second
 * @param promptTokensPerSecond prompt tokens per second in the trainer, each prompt counted once
 * @param trainerShares fraction of the time that the trainer spends in each part of a step, waiting included
 */
public record LoopFigures(
        int steps,
        double seconds,
        double groupsPerMinute,
        double answerTokensPerSecond,
        double promptTokensPerSecond,
        Map<String, Double> trainerShares) {
    /** Computes the throughput; all rates are 0 for fewer than two steps. */
    public static LoopFigures of(List<Step> inOrder) {
        if (inOrder.size() < 2) {
            return new LoopFigures(0, 0, 0, 0, 0, Map.of());
        }
        List<Step> timed = inOrder.subList(1, inOrder.size());
        double seconds = Duration.between(
                                inOrder.get(0).getFinishedAt(),
                                inOrder.get(inOrder.size() - 1).getFinishedAt())
                        .toMillis()
                / 1e3;
        Map<String, Double> shares = new TreeMap<>();
        timed.forEach(
                step -> step.getSeconds().forEach((part, spent) -> shares.merge(part, spent / seconds, Double::sum)));
        return new LoopFigures(
                timed.size(),
                seconds,
                60 * timed.stream().mapToInt(Step::getGroups).sum() / seconds,
                timed.stream().mapToLong(Step::getCompletionTokens).sum() / seconds,
                timed.stream().mapToLong(Step::getPromptTokens).sum() / seconds,
                shares);
    }

    /** Returns the figures as sentences, one per line. */
    public List<String> lines() {
        return List.of(
                format(
                        "%d gradient steps in %.1f seconds: %.1f groups per minute, %.0f answer tokens and %.0f prompt tokens"
                                + " per second",
                        steps, seconds, groupsPerMinute, answerTokensPerSecond, promptTokensPerSecond),
                "The trainer's time: "
                        + String.join(
                                ", ",
                                trainerShares.entrySet().stream()
                                        .map(part -> format("%s %.0f%%", part.getKey(), 100 * part.getValue()))
                                        .toList()));
    }

    private static String format(String form, Object... values) {
        return String.format(Locale.ROOT, form, values);
    }
}
