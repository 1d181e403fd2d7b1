package dev.longstream.runs.launch;

import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.runs.audit.Pruning;
import dev.longstream.runs.report.Reporting;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Counts a run's assigned groups by phase, and how many of them repeat prompts of earlier phases. */
final class Draws {
    private Draws() {}

    /**
     * Returns the counts by phase index, from the log.
     *
     * @param steps number of finished gradient steps; groups in later batches count as untrained
     */
    static Map<Integer, Reporting.DrawCounts> of(EventLog log, long steps) {
        Pruning pruning = Pruning.of(log);
        Map<Integer, Long> assigned = new TreeMap<>();
        Map<Integer, Long> promptTokens = new HashMap<>();
        Map<Long, Integer> retrospective = new HashMap<>();
        TopicReader.readAll(log, log.topics().assignments(), record -> {
            if (record.value().getOrdinal() <= pruning.ordinal()) {
                return;
            }
            assigned.merge(record.value().getPhaseIndex(), 1L, Long::sum);
            promptTokens.merge(
                    record.value().getPhaseIndex(),
                    (long) record.value().getQuestion().getInputTokens(),
                    Long::sum);
            if (record.value().getRetrospective() != null) {
                retrospective.put(record.value().getOrdinal(), record.value().getPhaseIndex());
            }
        });
        Set<Long> trained = new TreeSet<>();
        TopicReader.readAll(log, log.topics().batches(), record -> {
            if (record.value().getBatch() < steps) {
                record.value().getGroups().forEach(group -> trained.add(group.getOrdinal()));
            }
        });
        Map<Integer, Reporting.DrawCounts> draws = new TreeMap<>();
        if (pruning.record() != null) {
            pruning.record()
                    .getDraws()
                    .forEach(phase -> draws.put(
                            phase.getPhaseIndex(),
                            new Reporting.DrawCounts(
                                    phase.getAssigned(),
                                    phase.getRetrospective(),
                                    phase.getRetrospectiveTrained(),
                                    phase.getPromptTokens())));
        }
        assigned.forEach((phase, count) -> draws.merge(
                phase,
                new Reporting.DrawCounts(
                        count,
                        retrospective.values().stream().filter(phase::equals).count(),
                        retrospective.entrySet().stream()
                                .filter(entry -> entry.getValue().equals(phase) && trained.contains(entry.getKey()))
                                .count(),
                        promptTokens.getOrDefault(phase, 0L)),
                Draws::sum));
        return draws;
    }

    private static Reporting.DrawCounts sum(Reporting.DrawCounts one, Reporting.DrawCounts other) {
        return new Reporting.DrawCounts(
                one.assigned() + other.assigned(),
                one.retrospective() + other.retrospective(),
                one.retrospectiveTrained() + other.retrospectiveTrained(),
                one.promptTokens() + other.promptTokens());
    }
}
