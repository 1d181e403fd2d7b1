package dev.longstream.runs.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.streams.advantage.AdvantageConfig;
import dev.longstream.trainer.objective.LossSettings;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Objectives by name: how each differs from {@link #DEFAULT}. KL is a metric in all of them; {@code loss.kl.coefficient} makes
 * it a penalty. Where lengths matter they follow {@code sampling.max-tokens}.
 */
enum ObjectivePreset {
    /** GRPO's advantage with DAPO's token mean and clip-higher; dual clip at 3; the ratio is taken to the policy that sampled. */
    DEFAULT("{}"),
    /** DeepSeekMath, arXiv 2402.03300: answers weigh the same whatever their length; one clip for both sides. */
    GRPO("loss: {clip-high: 0.2, aggregation: sequence-mean}"),
    /** arXiv 2503.14476: token mean over the whole batch, clip-higher, and a penalty on the last fifth of the length limit. */
    DAPO("advantage: {overlong: {maximum-length: $max, cache-length: $fifth}}"),
    /** arXiv 2503.20783: neither lengths nor deviations divide. */
    DR_GRPO(
            """
            loss: {clip-high: 0.2, aggregation: sequence-sum, constant-length: $max}
            advantage: {scale: none}
            """),
    /** arXiv 2402.14740: REINFORCE against the mean of the others; a truncated weight corrects for the answers' age. */
    RLOO(
            """
            loss:
              surrogate: reinforce
              proximal: current
              aggregation: sequence-sum
              correction: {kind: truncate, upper: 2}
            advantage: {baseline: leave-one-out, scale: none}
            """),
    /** arXiv 2507.18071: one ratio an answer, and its clip range. */
    GSPO("loss: {ratio: sequence, clip-low: 3.0e-4, clip-high: 4.0e-4, dual-clip: 0, aggregation: sequence-mean}"),
    /** MiniMax-M1, arXiv 2506.13585, with ScaleRL's bound, arXiv 2510.13786: weights are cut, gradients are not. */
    CISPO("loss: {surrogate: cispo, ratio-low: 0, ratio-high: 5}"),
    /** arXiv 2501.03262: distances from the group's mean, whitened over the tokens of the batch. */
    REINFORCE_PLUS_PLUS_BASELINE(
            """
            loss: {clip-high: 0.2}
            advantage: {scale: whiten-over-tokens, epsilon: 1.0e-8}
            """),
    /** Hilton et al. 2021, AReaL: the ratio to the weights at the start of the step, apart from an untruncated correction. */
    DECOUPLED_PPO("loss: {proximal: current, correction: {kind: truncate}}"),
    /** The same with truncated weights (Yao et al. 2025). */
    TIS("loss: {proximal: current, correction: {kind: truncate, upper: 2}}"),
    /** arXiv 2510.18855: tokens whose weight is out of bounds are left out. */
    ICEPOP("loss: {proximal: current, correction: {kind: mask, lower: 0.5, upper: 5}}"),
    /** QwenLong-L1 as its released script has it: DAPO with one clip for both sides and an entropy bonus. */
    QWENLONG_L1(
            """
            loss: {clip-high: 0.2, entropy: {coefficient: 0.001, same-as-loss: true}}
            advantage: {overlong: {maximum-length: $max, cache-length: $fifth}, group-of-one: reward}
            """);

    private static final String NAME = "name";

    private final String differences;

    ObjectivePreset(String differences) {
        this.differences = differences;
    }

    /** As a configuration file names it. */
    String word() {
        return ConfigTree.word(this);
    }

    /**
     * A configuration's {@code objective}, with every setting in it.
     *
     * @param given name, or keys: those that replace settings, and perhaps a name; without one, {@link #DEFAULT}
     * @param maxTokens length limit of an answer
     * @param problems takes what is wrong
     */
    static JsonNode expand(JsonNode given, int maxTokens, List<String> problems) {
        JsonNode keys = named(given);
        if (!(keys instanceof ObjectNode overrides)) {
            return keys;
        }
        refuseEmpty("objective", overrides, problems);
        String name = overrides.path(NAME).asText(DEFAULT.word());
        List<String> known = Arrays.stream(values()).map(ObjectivePreset::word).toList();
        if (!known.contains(name)) {
            problems.add("objective.name is '" + name + "', expected one of " + String.join(", ", known)
                    + Suggestion.near(name, known));
            name = DEFAULT.word();
        }
        ObjectNode expanded =
                valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_')).settings(Math.max(1, maxTokens));
        lay(expanded, overrides);
        return expanded;
    }

    /**
     * The {@code objective} of each phase that differs from the run's: because it has keys of its own, or because its answers may be
     * longer and the objective's lengths follow them. A phase that names an objective takes nothing over from the run's.
     *
     * @param phases as given; get every setting of such an objective
     * @param given the run's, as given
     * @param ofRun the run's, with every setting in it
     * @param maxTokens length limit of an answer, where a phase has no other
     */
    static void expandPhases(JsonNode phases, JsonNode given, JsonNode ofRun, int maxTokens, List<String> problems) {
        for (int i = 0; i < phases.size(); i++) {
            JsonNode own = named(phases.get(i).path("objective"));
            boolean keys = own instanceof ObjectNode;
            if (!(phases.get(i) instanceof ObjectNode phase) || !keys && !own.isMissingNode() && !own.isNull()) {
                continue; // no keys: the binder says so
            }
            ObjectNode merged = ConfigTree.json().createObjectNode();
            if (!own.hasNonNull(NAME) && named(given) instanceof ObjectNode run) {
                ConfigTree.merge(merged, run);
            }
            List<String> found = new ArrayList<>();
            if (keys) {
                lay(merged, (ObjectNode) own);
            }
            JsonNode expanded = expand(merged, phase.path("max-tokens").asInt(maxTokens), found);
            if (keys) {
                String path = "phases[" + i + "].";
                found.forEach(problem -> problems.add(path + problem));
            }
            phase.set("objective", expanded.equals(ofRun) ? NullNode.getInstance() : expanded);
        }
    }

    /** A name alone as keys; everything else as it is. */
    static JsonNode named(JsonNode given) {
        return given.isTextual() ? ConfigTree.json().createObjectNode().put(NAME, given.asText()) : given;
    }

    private ObjectNode settings(int maxTokens) {
        ObjectNode settings = ConfigTree.json()
                .valueToTree(new ObjectiveSection(word(), LossSettings.DEFAULT, AdvantageConfig.DEFAULT));
        String text = differences
                .replace("$max", Integer.toString(maxTokens))
                .replace("$fifth", Integer.toString(Math.max(1, maxTokens / 5)));
        try {
            lay(settings, (ObjectNode) ConfigTree.yaml().readTree(text));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
        return settings;
    }

    /** Lays keys over an objective; with another surrogate, the parameters of the one before are no longer meant. */
    private static void lay(ObjectNode objective, ObjectNode over) {
        RecordKeys.forgetOtherAlternatives(ObjectiveSection.class, objective, over);
        ConfigTree.merge(objective, over);
    }

    /** Notes keys without a value, and takes them out, so that no other problem is hidden behind them. */
    private static void refuseEmpty(String path, JsonNode node, List<String> problems) {
        if (node instanceof ObjectNode keys) {
            keys.properties().forEach(entry -> refuseEmpty(path + "." + entry.getKey(), entry.getValue(), problems));
            keys.properties().removeIf(entry -> entry.getValue().isNull());
        } else if (node instanceof ArrayNode list) {
            for (int i = 0; i < list.size(); i++) {
                refuseEmpty(path + "[" + i + "]", list.get(i), problems);
            }
        } else if (node.isNull()) {
            problems.add(path + " is empty, expected a value; without the key it has that of the named objective");
        }
    }
}
