package dev.longstream.dashboard.follow;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.record.Step;
import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Writes lists of records as JSON columns of numbers with six significant digits. */
final class Columns {
    private static final MathContext DIGITS = new MathContext(6);
    private static final Map<String, Function<Step, @Nullable Double>> OF_STEP = ofStep();

    private Columns() {}

    private static Map<String, Function<Step, @Nullable Double>> ofStep() {
        Map<String, Function<Step, @Nullable Double>> columns = new LinkedHashMap<>();
        columns.put("version", step -> (double) step.getVersion());
        columns.put("phase", step -> (double) step.getPhaseIndex());
        columns.put("loss", Step::getLoss);
        columns.put("reward", Step::getReward);
        columns.put("entropy", Step::getEntropy);
        columns.put("klToInitial", Step::getKlToInitial);
        columns.put("gradientNorm", Step::getGradientNorm);
        columns.put("responseLength", Step::getResponseLength);
        columns.put("maxResponseLength", step -> (double) step.getMaxResponseLength());
        columns.put("truncatedFraction", Step::getTruncatedFraction);
        columns.put("stalenessMean", Step::getStalenessMean);
        columns.put("stalenessMax", step -> (double) step.getStalenessMax());
        columns.put("clipFraction", Step::getClipFraction);
        columns.put("ratioMean", Step::getRatioMean);
        columns.put("ratioMax", Step::getRatioMax);
        columns.put("mismatchKl", Step::getMismatchKl);
        columns.put("learningRate", Step::getLearningRate);
        columns.put("seconds", Columns::seconds);
        columns.put("waitSeconds", step -> step.getSeconds().get("wait"));
        columns.put("tokens", step -> (double) step.getCompletionTokens());
        columns.put("finishedAt", step -> (double) step.getFinishedAt().toEpochMilli());
        return columns;
    }

    /** Returns the wall time of a step in seconds, the sum over its parts; null if no part was measured. */
    private static @Nullable Double seconds(Step step) {
        return step.getSeconds().isEmpty()
                ? null
                : (Double) step.getSeconds().values().stream()
                        .mapToDouble(Double::doubleValue)
                        .sum();
    }

    /** Returns one column for each figure of a step. */
    static ObjectNode ofSteps(List<Step> steps) {
        return of(steps, OF_STEP);
    }

    /** Returns one column for each function. */
    static <T> ObjectNode of(List<T> rows, Map<String, Function<T, @Nullable Double>> functions) {
        ObjectNode columns = JsonNodeFactory.instance.objectNode();
        functions.forEach((name, function) -> {
            ArrayNode column = columns.putArray(name);
            rows.forEach(row -> add(column, function.apply(row)));
        });
        return columns;
    }

    private static void add(ArrayNode column, @Nullable Double value) {
        if (value == null || !Double.isFinite(value)) {
            column.addNull();
        } else if (value == Math.rint(value) && Math.abs(value) < Long.MAX_VALUE) {
            column.add(value.longValue());
        } else {
            column.add(new BigDecimal(value).round(DIGITS).doubleValue());
        }
    }
}
