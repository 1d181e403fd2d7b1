package dev.longstream.dashboard.follow;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.record.Evaluation;
import dev.longstream.record.Group;
import dev.longstream.record.LengthBucket;
import dev.longstream.record.Step;
import dev.longstream.runs.report.Dynamics;
import dev.longstream.runs.report.SampledGroups;
import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** Figures of a run by policy version: those of steps, of everything that was sampled, and of evaluations. Not thread-safe. */
final class LearningCurves {
    private static final Map<String, Function<Dynamics.At, @Nullable Double>> OF_PART = ofPart();

    private final String run;
    private final TreeMap<Long, Step> steps = new TreeMap<>();
    private final Map<String, Evaluation> evaluations = new LinkedHashMap<>();
    private final SampledGroups sampled = new SampledGroups();

    /** Creates the curves of a run without records. */
    LearningCurves(String run) {
        this.run = run;
    }

    private static Map<String, Function<Dynamics.At, @Nullable Double>> ofPart() {
        Map<String, Function<Dynamics.At, @Nullable Double>> columns = new LinkedHashMap<>();
        columns.put("version", at -> (double) at.step());
        columns.put("reward", Dynamics.At::reward);
        columns.put("entropy", Dynamics.At::entropy);
        columns.put("klToInitial", Dynamics.At::klToInitial);
        columns.put("responseLength", Dynamics.At::responseLength);
        columns.put("solved", Dynamics.At::solvedFraction);
        columns.put("failed", Dynamics.At::failedFraction);
        return columns;
    }

    void add(Step step) {
        steps.put(step.getVersion(), step);
    }

    void add(Group group) {
        sampled.add(group);
    }

    void add(Evaluation evaluation) {
        evaluations.put(evaluation.getLabel(), evaluation);
    }

    /** Returns the newest policy version; empty before the first step. */
    Optional<Step> newest() {
        return Optional.ofNullable(steps.isEmpty() ? null : steps.lastEntry().getValue());
    }

    /** Returns the steps of the newest versions, ascending. */
    List<Step> last(int count) {
        long from = steps.isEmpty() ? 0 : steps.lastKey() - count;
        return List.copyOf(steps.tailMap(from, false).values());
    }

    /** Returns the columns of the steps after a version. */
    ObjectNode columns(long after) {
        return Columns.ofSteps(List.copyOf(steps.tailMap(after, false).values()));
    }

    /**
     * Returns a list of curves with the figures of sampled and trained answers.
     *
     * @param by division into curves
     */
    ArrayNode parts(Dynamics.By by) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        Dynamics.RunRecords records = new Dynamics.RunRecords(List.copyOf(steps.values()), sampled);
        Dynamics.curves(Map.of(run, records), by).forEach((name, curve) -> list.addObject()
                .put("part", name.substring(Math.min(name.length(), run.length() + (by == Dynamics.By.RUN ? 0 : 2))))
                .set("columns", Columns.of(curve, OF_PART)));
        return list;
    }

    /** Returns the evaluations in the order of the log. */
    ArrayNode evaluations() {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        evaluations.values().forEach(evaluation -> {
            ObjectNode item = list.addObject()
                    .put("label", evaluation.getLabel())
                    .put("version", evaluation.getVersion())
                    .put("set", evaluation.getSet())
                    .put("questions", evaluation.getQuestions())
                    .put("failed", evaluation.getFailed())
                    .put("reward", evaluation.getReward())
                    .put("standardError", evaluation.getStandardError())
                    .put("responseLength", evaluation.getResponseLength());
            ArrayNode lengths = item.putArray("byLength");
            for (LengthBucket bucket : evaluation.getByLength()) {
                lengths.addObject()
                        .put("moreThan", bucket.getMoreThan())
                        .put("upTo", bucket.getUpTo())
                        .put("questions", bucket.getQuestions())
                        .put("reward", bucket.getReward())
                        .put("responseLength", bucket.getResponseLength());
            }
        });
        return list;
    }

    /** Returns the newest evaluation of held-out questions; empty before the first one. */
    Optional<Evaluation> newestEvaluation() {
        return evaluations.values().stream()
                .reduce((first, second) -> second.getVersion() >= first.getVersion() ? second : first);
    }
}
