package dev.longstream.trainer.objective;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Converts a golden case's {@code config} to settings; the README of the golden set defines the words. */
final class GoldenSettings {
    /** Bound with which the golden set writes that nothing is cut. */
    private static final double OUT_OF_REACH = 1e30;

    private GoldenSettings() {}

    static LossSettings of(JsonNode config) {
        String surrogate = config.path("surrogate").asText();
        Surrogate function = surrogate(config, surrogate);
        boolean library = function instanceof Gmpo || function instanceof Dppo; // verl's, which always clamps at 20
        List<Rejection> rejections = new ArrayList<>();
        config.path("rejections")
                .forEach(one -> rejections.add(new Rejection(
                        constant(Rejection.Level.class, one.path("level")),
                        constant(KlEstimate.class, one.path("estimator")),
                        one.path("lower").asDouble(0),
                        one.path("upper").asDouble())));
        return new LossSettings(
                function,
                Proximal.LOG_LINEAR, // what is used is what the case gives
                library ? 20 : config.at("/logRatioClamp/1").asDouble(0),
                new LossReduction(
                        aggregation(config, surrogate),
                        config.path("constantLength").asInt(0)),
                correction(config.path("correction")),
                new OffPolicyFilter(
                        rejections,
                        config.path("rejectedTokens").asText().equals("leave-denominator")
                                ? RejectedTokens.LEAVE_DENOMINATOR
                                : RejectedTokens.STAY_IN_DENOMINATOR,
                        config.path("offPolicySequenceMask").asDouble(0)),
                new KlTerm(
                        config.has("kl") ? constant(KlEstimate.class, config.at("/kl/estimator")) : KlEstimate.K3,
                        config.at("/kl/coefficient").asDouble(0),
                        config.at("/kl/valueClamp").asDouble(0),
                        config.at("/kl/importanceWeighted").asBoolean()),
                new EntropyTerm(
                        config.path("entropyCoefficient").asDouble(0),
                        config.path("entropyAggregation").asText().equals("same"),
                        config.path("topEntropyShare").asDouble(1)),
                LossMasks.NONE);
    }

    private static Surrogate surrogate(JsonNode config, String name) {
        double clipLow = config.path("clipLow").asDouble(config.path("low").asDouble());
        double clipHigh = config.path("clipHigh").asDouble(config.path("high").asDouble());
        double ratioHigh = config.path("ratioHigh")
                .asDouble(config.path("delta").asDouble(config.path("ratioCap").asDouble(0)));
        RatioLevel ratio = name.equals("luspo") || config.path("ratio").asText().equals("sequence")
                ? RatioLevel.SEQUENCE
                : RatioLevel.TOKEN;
        return switch (name) {
            case "clip", "luspo" ->
                new Clip(ratio, clipLow, clipHigh, config.path("dualClip").asDouble(0), ratioHigh);
            case "cispo" -> new Cispo(config.path("ratioLow").asDouble(0), ratioHigh);
            case "reinforce" -> new Reinforce();
            case "sapo" ->
                new Sapo(
                        ratio,
                        config.path("temperaturePositive").asDouble(),
                        config.path("temperatureNegative").asDouble());
            case "gmpo" -> new Gmpo(clipLow, clipHigh);
            case "dppo-tv" -> new DppoTv(clipLow, clipHigh, ratioHigh);
            case "dppo-kl" -> new DppoKl(clipLow, clipHigh, ratioHigh);
            case "vespo" -> new Vespo();
            default -> throw new AssertionError("surrogate of " + config);
        };
    }

    private static Aggregation aggregation(JsonNode config, String surrogate) {
        return switch (config.path("aggregation").asText(surrogate)) {
            case "token-mean", "dppo-tv", "dppo-kl", "vespo" -> Aggregation.TOKEN_MEAN;
            case "sequence-mean", "gmpo" -> Aggregation.SEQUENCE_MEAN;
            case "sequence-sum", "constant", "luspo" -> Aggregation.SEQUENCE_SUM;
            default -> throw new AssertionError("aggregation of " + config);
        };
    }

    private static ImportanceCorrection correction(JsonNode correction) {
        if (correction.isMissingNode()) {
            return ImportanceCorrection.NONE;
        }
        double upper = correction.path("upper").asDouble(0);
        return new ImportanceCorrection(
                constant(ImportanceCorrection.Kind.class, correction.path("kind")),
                constant(RatioLevel.class, correction.path("level")),
                correction.path("lower").asDouble(0),
                upper == OUT_OF_REACH ? 0 : upper,
                correction.path("batchNormalise").asBoolean());
    }

    private static <E extends Enum<E>> E constant(Class<E> type, JsonNode word) {
        return Enum.valueOf(type, word.asText().toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
