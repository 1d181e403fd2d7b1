package dev.longstream.trainer.objective;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

/** The clipped surrogate against public implementations; {@code proximal} there is what the ratio is taken to. */
class ClippedSurrogateGoldenTest {
    private static final Set<String> KNOWN_SETTINGS = Set.of(
            "surrogate",
            "ratio",
            "clipLow",
            "clipHigh",
            "dualClip",
            "aggregation",
            "logRatioClamp",
            "tokens",
            "sequences");

    @ParameterizedTest
    @ValueSource(strings = {"losses.json", "edges.json", "kl-entropy.json", "staleness.json", "off-policy.json"})
    void shouldGiveLossGradientAndCountsOfPublicImplementations(String file) throws IOException {
        // Given
        List<JsonNode> cases = Goldens.cases(file);
        List<JsonNode> inScope =
                cases.stream().filter(ClippedSurrogateGoldenTest::inScope).toList();
        // When
        for (JsonNode golden : inScope) {
            Rows rows = Rows.of(golden);
            Loss loss = objective(golden).evaluate(rows.inputs(golden, rows.all()));
            // Then
            JsonNode expected = golden.path("expected");
            Goldens.compare(golden, "loss", loss.value(), expected.path("loss"));
            Goldens.compare(
                    golden, "gradient", rows.withMasked(loss.gradient()), Goldens.ragged(expected.path("gradient")));
            Goldens.compare(golden, "clipFraction", loss.counts().clipFraction(), expected.at("/metrics/clipFraction"));
            if (expected.path("metrics").has("dualClipFraction")) {
                Goldens.compare(
                        golden,
                        "dualClipFraction",
                        loss.counts().dualClipFraction(),
                        expected.at("/metrics/dualClipFraction"));
            }
        }
        report("objectives/" + file, cases.size(), inScope.size());
    }

    @Test
    void shouldGiveTheFullBatchsGradientWhenItIsCutIntoMicroBatches() throws IOException {
        // Given
        List<JsonNode> cases = Goldens.cases("micro-batches.json");
        int agree = 0;
        for (JsonNode golden : cases) {
            if (!inScope(golden)
                    || !golden.at("/expected/accumulatedEqualsFull").asBoolean()) {
                continue; // where it is false, the denominators are a micro-batch's own, which cannot be asked for here
            }
            Rows rows = Rows.of(golden);
            double[][] accumulated = new double[rows.current.length][];
            double value = 0;
            // When
            for (JsonNode part : golden.at("/inputs/microBatches")) {
                List<Integer> which = new ArrayList<>();
                part.forEach(row -> which.add(row.asInt()));
                Loss loss = objective(golden).evaluate(rows.inputs(golden, which));
                value += loss.value();
                for (int i = 0; i < which.size(); i++) {
                    accumulated[which.get(i)] = loss.gradient()[i];
                }
            }
            // Then
            Goldens.compare(
                    golden, "gradient", rows.withMasked(accumulated), Goldens.ragged(golden.at("/expected/gradient")));
            Goldens.compare(golden, "loss", value, golden.at("/expected/loss"));
            agree++;
        }
        report("objectives/micro-batches.json", cases.size(), agree);
    }

    @Test
    void shouldGiveTheKlEstimatesOfPublicImplementations() throws IOException {
        // Given
        int agree = 0;
        List<JsonNode> cases = Goldens.cases("kl-entropy.json");
        for (JsonNode golden : cases) {
            JsonNode logProbs = golden.at("/inputs/logProbs");
            JsonNode expected = golden.path("expected");
            // When, then
            if (golden.path("kind").asText().equals("kl-metrics")) {
                for (KlEstimate estimate : KlEstimate.values()) {
                    double mean = mean(estimate, logProbs.path("current"), logProbs.path("reference"));
                    Goldens.compare(
                            golden,
                            estimate.name(),
                            mean,
                            expected.path(estimate.name().toLowerCase(java.util.Locale.ROOT)));
                }
                agree++;
            } else if (golden.path("kind").asText().equals("mismatch-metrics")) {
                double mean = mean(KlEstimate.K3, logProbs.path("behaviour"), logProbs.path("proximal"));
                Goldens.compare(golden, "k3Kl", mean, expected.path("k3Kl"));
                agree++;
            }
        }
        report("objectives/kl-entropy.json (estimates)", cases.size(), agree);
    }

    private static double mean(KlEstimate estimate, JsonNode p, JsonNode q) {
        double sum = 0;
        long tokens = 0;
        double[][] logP = Goldens.ragged(p);
        double[][] logQ = Goldens.ragged(q);
        for (int row = 0; row < logP.length; row++) {
            for (int token = 0; token < logP[row].length; token++) {
                sum += estimate.of(logP[row][token], logQ[row][token]);
                tokens++;
            }
        }
        return sum / tokens;
    }

    @SuppressWarnings("SystemOut") // the line is what golden tests leave in the build's log
    private static void report(String set, int read, int agree) {
        System.out.printf("golden %s: %d read, %d in scope, %d agree%n", set, read, agree, agree);
        assertThat(agree).as("cases of %s in scope", set).isNotNegative();
    }

    private static boolean inScope(JsonNode golden) {
        JsonNode config = golden.path("config");
        for (Iterator<String> names = config.fieldNames(); names.hasNext(); ) {
            if (!KNOWN_SETTINGS.contains(names.next())) {
                return false;
            }
        }
        return Set.of("loss", "micro-batches").contains(golden.path("kind").asText())
                && config.path("surrogate").asText().equals("clip")
                && config.path("ratio").asText().equals("token")
                && aggregation(config) != null
                && golden.at("/expected/loss").isNumber();
    }

    private static Aggregation aggregation(JsonNode config) {
        return Arrays.stream(Aggregation.values())
                .filter(value -> value.name()
                        .toLowerCase(java.util.Locale.ROOT)
                        .replace('_', '-')
                        .equals(config.path("aggregation").asText()))
                .findFirst()
                .orElse(null);
    }

    private static Objective objective(JsonNode golden) {
        JsonNode config = golden.path("config");
        return new ClippedSurrogate(
                config.path("clipLow").asDouble(),
                config.path("clipHigh").asDouble(),
                config.path("dualClip").asDouble(0),
                aggregation(config),
                config.has("logRatioClamp") ? config.at("/logRatioClamp/1").asDouble() : Double.POSITIVE_INFINITY);
    }

    /** A case's answers without their masked tokens, which is how tokens are left out here. */
    private record Rows(double[][] current, double[][] proximal, double[][] advantages, boolean[][] masked) {
        static Rows of(JsonNode golden) {
            JsonNode inputs = golden.path("inputs");
            double[][] current = Goldens.ragged(inputs.at("/logProbs/current"));
            boolean[][] masked = new boolean[current.length][];
            double[][] advantages = new double[current.length][];
            for (int row = 0; row < current.length; row++) {
                masked[row] = new boolean[current[row].length];
                advantages[row] = new double[current[row].length];
                for (int token = 0; token < current[row].length; token++) {
                    JsonNode advantage = inputs.path("advantages").get(row);
                    advantages[row][token] = Goldens.number(advantage.isArray() ? advantage.get(token) : advantage);
                    masked[row][token] = inputs.has("mask")
                            && inputs.path("mask").get(row).get(token).asInt() == 0;
                }
            }
            return new Rows(current, Goldens.ragged(inputs.at("/logProbs/proximal")), advantages, masked);
        }

        List<Integer> all() {
            List<Integer> rows = new ArrayList<>();
            for (int row = 0; row < current.length; row++) {
                rows.add(row);
            }
            return rows;
        }

        LossInputs inputs(JsonNode golden, List<Integer> which) {
            double[][] current = without(this.current, which);
            double[][] everything = without(this.current, all());
            long tokens = Arrays.stream(everything).mapToLong(row -> row.length).sum();
            long answers =
                    Arrays.stream(everything).filter(row -> row.length > 0).count();
            JsonNode config = golden.path("config");
            return new LossInputs(
                    current,
                    without(proximal, which),
                    without(advantages, which),
                    config.path("tokens").asLong(tokens),
                    config.path("sequences").asLong(answers));
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

        /** Gradients with a 0 where a token was left out. */
        double[][] withMasked(double[][] values) {
            double[][] spread = new double[current.length][];
            for (int row = 0; row < spread.length; row++) {
                spread[row] = new double[current[row].length];
                int next = 0;
                for (int token = 0; token < spread[row].length; token++) {
                    spread[row][token] = masked[row][token] ? 0 : values[row][next++];
                }
            }
            return spread;
        }
    }
}
