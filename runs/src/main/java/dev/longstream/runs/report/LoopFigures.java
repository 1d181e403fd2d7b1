package dev.longstream.runs.report;

import dev.longstream.record.Step;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * How fast a run's loop went, from its {@code steps} alone: between the end of the first gradient step and the end of the last, so that what
 * comes before the loop does not count. Of a run that was interrupted, the pause counts.
 *
 * @param steps             gradient steps in that time
 * @param seconds           the time
 * @param groupsPerMinute   groups trained on
 * @param answerTokensPerSecond trained on
 * @param promptTokensPerSecond read by the trainer, each prompt once
 * @param trainerShares     part of a step to its share of the time, in the trainer; waiting is one of them
 */
public record LoopFigures(
        int steps,
        double seconds,
        double groupsPerMinute,
        double answerTokensPerSecond,
        double promptTokensPerSecond,
        Map<String, Double> trainerShares) {
    /** All rates are 0 for fewer than two steps. */
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

    public List<String> lines() {
        return List.of(
                format(
                        "%d gradient steps in %.1f seconds: %.1f groups a minute, %.0f answer tokens and %.0f prompt tokens a second",
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
