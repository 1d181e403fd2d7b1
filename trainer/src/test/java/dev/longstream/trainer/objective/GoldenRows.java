package dev.longstream.trainer.objective;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A case's answers without their masked tokens, which is how tokens are left out here. */
final class GoldenRows {
    private final double[][] current;
    private final double[][] proximal;
    private final double[][] behaviour;
    private final double[][] reference;
    private final double[][] entropies;
    private final double[][] advantages;
    private final boolean[][] masked;

    private GoldenRows(JsonNode golden, LossSettings settings) {
        JsonNode inputs = golden.path("inputs");
        JsonNode logProbs = inputs.path("logProbs");
        this.current = Goldens.ragged(logProbs.path("current"));
        this.behaviour = logProbs.has("behaviour") ? Goldens.ragged(logProbs.path("behaviour")) : current;
        this.reference = logProbs.has("reference") ? Goldens.ragged(logProbs.path("reference")) : new double[0][];
        this.proximal = logProbs.has("proximal")
                ? Goldens.ragged(logProbs.path("proximal"))
                : between(settings.proximal(), inputs.path("ages"));
        this.entropies = inputs.has("entropies") ? Goldens.ragged(inputs.path("entropies")) : zeros();
        JsonNode given = inputs.has("advantages") ? inputs.path("advantages") : golden.at("/expected/advantages");
        this.advantages = zeros();
        this.masked = new boolean[current.length][];
        for (int row = 0; row < current.length; row++) {
            masked[row] = new boolean[current[row].length];
            for (int token = 0; token < current[row].length; token++) {
                JsonNode advantage = given.get(row);
                advantages[row][token] = Goldens.number(advantage.isArray() ? advantage.get(token) : advantage);
                masked[row][token] = inputs.has("mask")
                        && inputs.path("mask").get(row).get(token).asInt() == 0;
            }
        }
    }

    static GoldenRows of(JsonNode golden, LossSettings settings) {
        return new GoldenRows(golden, settings);
    }

    private double[][] zeros() {
        return Arrays.stream(current).map(row -> new double[row.length]).toArray(double[][]::new);
    }

    private double[][] between(Proximal kind, JsonNode ages) {
        double[][] rows = new double[current.length][];
        for (int row = 0; row < rows.length; row++) {
            long[] own = Arrays.stream(Goldens.numbers(ages.get(row)))
                    .mapToLong(age -> (long) age)
                    .toArray();
            rows[row] = kind.of(current[row], behaviour[row], own);
        }
        return rows;
    }

    int size() {
        return current.length;
    }

    List<Integer> all() {
        List<Integer> rows = new ArrayList<>();
        for (int row = 0; row < current.length; row++) {
            rows.add(row);
        }
        return rows;
    }

    LossInputs inputs(JsonNode config, List<Integer> which) {
        double[][] everything = without(current, all());
        long tokens = Arrays.stream(everything).mapToLong(row -> row.length).sum();
        long answers = Arrays.stream(everything).filter(row -> row.length > 0).count();
        return new LossInputs(
                without(current, which),
                without(proximal, which),
                without(behaviour, which),
                reference.length == 0 ? reference : without(reference, which),
                without(entropies, which),
                without(advantages, which),
                config.path("tokens").asLong(tokens),
                config.path("sequences").asLong(answers),
                false);
    }

    private double[][] without(double[][] values, List<Integer> which) {
        double[][] kept = new double[which.size()][];
        for (int i = 0; i < kept.length; i++) {
            int row = which.get(i);
            List<Double> left = new ArrayList<>();
            for (int token = 0; token < values[row].length; token++) {
                if (!masked[row][token]) {
                    left.add(values[row][token]);
                }
            }
            kept[i] = left.stream().mapToDouble(Double::doubleValue).toArray();
        }
        return kept;
    }

    /** Values with a 0 where a token was left out. */
    double[][] withMasked(double[][] values) {
        double[][] spread = zeros();
        for (int row = 0; row < spread.length; row++) {
            int next = 0;
            for (int token = 0; token < spread[row].length; token++) {
                spread[row][token] = masked[row][token] ? 0 : values[row][next++];
            }
        }
        return spread;
    }
}
