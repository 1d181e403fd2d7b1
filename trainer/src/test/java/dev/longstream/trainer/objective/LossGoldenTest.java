package dev.longstream.trainer.objective;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

import static org.assertj.core.api.Assertions.assertThat;

/** Losses, gradients, weights, masks and measures against public implementations, every case of every file. */
class LossGoldenTest {
    /** {@code clipFractionAfterDelta} is what TRL counts once δ has cut the ratio: a measure of another thing. */
    private static final Map<String, Function<LossCounts, Double>> MEASURES = Map.of(
            "clipFraction", LossCounts::clipFraction,
            "dualClipFraction", LossCounts::dualClipFraction,
            "clippedAnswersFraction", LossCounts::clippedAnswersFraction,
            "approximateKl", LossCounts::approximateKl,
            "klToReference", LossCounts::klToReference,
            "effectiveSampleShare", LossCounts::effectiveSampleShare,
            "meanWeight", LossCounts::weightMean);

    @ParameterizedTest
    @CsvSource({
        "losses.json, 23",
        "edges.json, 29",
        "kl-entropy.json, 15",
        "off-policy.json, 29",
        "staleness.json, 5",
        "extras.json, 5",
        "pipelines.json, 4"
    })
    void shouldGiveLossGradientAndMeasuresOfPublicImplementations(String file, int expectedCases) throws IOException {
        // Given
        List<JsonNode> cases = Goldens.cases(file).stream()
                .filter(golden -> golden.at("/inputs/logProbs/proximal").isArray()
                        || golden.path("id").asText().equals("log-linear-proximal"))
                .filter(golden -> golden.at("/expected/loss").isNumber())
                .toList();
        Goldens.Tally tally = new Goldens.Tally("objectives/" + file + " (losses)");
        // Then
        for (JsonNode golden : cases) {
            tally.check(golden, () -> compare(golden));
        }
        tally.report(expectedCases);
    }

    private static void compare(JsonNode golden) {
        LossSettings settings = GoldenSettings.of(configOf(golden));
        GoldenRows rows = GoldenRows.of(golden, settings);
        JsonNode expected = golden.path("expected");
        LossInputs inputs = rows.inputs(configOf(golden), rows.all());
        Loss loss = new PolicyLoss(settings).evaluate(inputs);
        Goldens.compare(golden, "loss", loss.value(), expected.path("loss"));
        compareRows(golden, "gradient", rows.withMasked(loss.gradient()));
        if (expected.has("gradientOfEntropies")) {
            compareRows(golden, "gradientOfEntropies", rows.withMasked(loss.entropyGradient()));
        } else {
            assertThat(loss.entropyGradient()).isEmpty();
        }
        if (expected.has("weights")) {
            compareRows(golden, "weights", settings.correction().weights(inputs, settings.clamp()));
        }
        if (expected.has("mask")) {
            compareRows(
                    golden, "mask", numbers(Rejection.kept(settings.filter().rejections(), inputs, settings.clamp())));
        }
        if (expected.has("proximal")) {
            compareRows(golden, "proximal", inputs.proximal());
        }
        for (var measure : MEASURES.entrySet()) {
            JsonNode value = expected.path("metrics").path(measure.getKey());
            if (!value.isMissingNode()) {
                Goldens.compare(golden, measure.getKey(), measure.getValue().apply(loss.counts()), value);
            }
        }
    }

    private static void compareRows(JsonNode golden, String what, double[][] found) {
        Goldens.compare(
                golden, what, found, Goldens.ragged(golden.path("expected").path(what)));
    }

    private static double[][] numbers(boolean[][] rows) {
        return Arrays.stream(rows)
                .map(row -> {
                    double[] numbers = new double[row.length];
                    for (int i = 0; i < row.length; i++) {
                        numbers[i] = row[i] ? 1 : 0;
                    }
                    return numbers;
                })
                .toArray(double[][]::new);
    }

    @Test
    void shouldGiveTheFullBatchsGradientWhenItIsCutIntoMicroBatches() throws IOException {
        // Given
        Goldens.Tally tally = new Goldens.Tally("objectives/micro-batches.json");
        for (JsonNode golden : Goldens.cases("micro-batches.json")) {
            tally.check(golden, () -> compareMicroBatches(golden));
        }
        tally.report(7);
    }

    private static void compareMicroBatches(JsonNode golden) {
        LossSettings settings = GoldenSettings.of(golden.path("config"));
        GoldenRows rows = GoldenRows.of(golden, settings);
        JsonNode expected = golden.path("expected");
        // When
        double[][] accumulated = new double[rows.size()][];
        double value = 0;
        for (JsonNode part : golden.at("/inputs/microBatches")) {
            List<Integer> which = new ArrayList<>();
            part.forEach(row -> which.add(row.asInt()));
            Loss loss = new PolicyLoss(settings).evaluate(rows.inputs(golden.path("config"), which));
            value += loss.value();
            for (int i = 0; i < which.size(); i++) {
                accumulated[which.get(i)] = loss.gradient()[i];
            }
        }
        // Then
        Goldens.compare(golden, "loss", value, expected.path("loss"));
        compareRows(golden, "gradient", rows.withMasked(accumulated));
        if (expected.path("accumulatedEqualsFull").asBoolean()) {
            compareRows(golden, "accumulatedGradient", rows.withMasked(accumulated));
        } else { // a trap: what denominators of the micro-batch's own would give is something else
            double[][] trap = Goldens.ragged(expected.path("accumulatedGradient"));
            assertThat(Goldens.largestDifference(rows.withMasked(accumulated), trap))
                    .isGreaterThan(1e-3);
        }
    }

    @Test
    void shouldGiveTheKlEstimatesOfPublicImplementations() throws IOException {
        // Given
        Goldens.Tally tally = new Goldens.Tally("objectives/kl-entropy.json (estimates)");
        for (JsonNode golden : Goldens.cases("kl-entropy.json")) {
            JsonNode logProbs = golden.at("/inputs/logProbs");
            JsonNode expected = golden.path("expected");
            // Then
            if (golden.path("kind").asText().equals("kl-metrics")) {
                tally.check(golden, () -> {
                    for (KlEstimate estimate : KlEstimate.values()) {
                        double mean = Mismatch.mean(
                                Goldens.ragged(logProbs.path("current")),
                                Goldens.ragged(logProbs.path("reference")),
                                estimate::of);
                        JsonNode value = expected.path(estimate.name().toLowerCase(Locale.ROOT));
                        Goldens.compare(golden, estimate.name(), mean, value);
                    }
                });
            } else if (golden.path("kind").asText().equals("mismatch-metrics")) {
                tally.check(golden, () -> {
                    double[][] behaviour = Goldens.ragged(logProbs.path("behaviour"));
                    double[][] proximal = Goldens.ragged(logProbs.path("proximal"));
                    Mismatch.of(behaviour, proximal)
                            .forEach((name, value) -> Goldens.compare(golden, name, value, expected.path(name)));
                });
            }
        }
        tally.report(2);
    }

    @Test
    void shouldMaskNegativesWithHysteresisAsAepoDoes() throws IOException {
        Goldens.Tally tally = new Goldens.Tally("objectives/extras.json (AEPO)");
        for (JsonNode golden : Goldens.cases("extras.json")) {
            if (golden.path("kind").asText().equals("aepo")) {
                tally.check(golden, () -> compareAepo(golden));
            }
        }
        tally.report(1);
    }

    private static void compareAepo(JsonNode golden) {
        NegativeMask aepo = new NegativeMask(
                golden.at("/config/low").asDouble(),
                golden.at("/config/high").asDouble(),
                NegativeMask.Clipped.NOTHING,
                0);
        double[][] advantages = {Goldens.numbers(golden.at("/inputs/advantages"))};
        boolean masks = false;
        for (JsonNode step : golden.at("/expected/steps")) {
            masks = aepo.masks(masks, step.path("entropy").asDouble());
            assertThat(masks).isEqualTo(step.path("maskNegatives").asBoolean());
            boolean[] kept = new boolean[advantages[0].length];
            Arrays.fill(kept, true);
            boolean[] masked =
                    aepo.masked(advantages, new double[][] {new double[kept.length]}, new boolean[][] {kept}, masks)[0];
            for (int i = 0; i < masked.length; i++) {
                assertThat(masked[i] ? 0 : 1).isEqualTo(step.path("mask").get(i).asInt());
            }
        }
    }

    private static JsonNode configOf(JsonNode golden) {
        return golden.path("kind").asText().equals("pipeline") ? golden.at("/config/objective") : golden.path("config");
    }
}
