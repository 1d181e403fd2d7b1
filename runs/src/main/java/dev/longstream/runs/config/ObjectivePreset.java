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
 * Named objectives, each given by its differences from {@link #DEFAULT}. KL is only a metric in all of them; {@code
 * loss.kl.coefficient} makes it a penalty. Lengths follow {@code sampling.max-tokens}.
 */
enum ObjectivePreset {
    /** GRPO's advantage with DAPO's token mean and clip-higher; dual clip at 3; the ratio is taken to the policy that sampled. */
    DEFAULT("{}"),
    /** DeepSeekMath, arXiv 2402.03300: equal weight for every answer whatever its length, symmetric clip, every group trained. */
    GRPO(
            """
            loss: {clip-high: 0.2, dual-clip: 0, aggregation: sequence-mean}
            advantage: {uniform-groups: keep}
            """),
    /** arXiv 2503.14476: token mean over the whole batch, clip-higher, and a penalty on the last fifth of the length limit. */
    DAPO(
            """
            loss: {dual-clip: 0}
            advantage: {overlong: {maximum-length: $max, cache-length: $fifth}}
            """),
    /** arXiv 2503.20783: divides neither by lengths nor by standard deviations. */
    DR_GRPO(
            """
            loss: {clip-high: 0.2, dual-clip: 0, aggregation: sequence-sum, constant-length: $max}
            advantage: {scale: none, uniform-groups: keep}
            """),
    /** arXiv 2402.14740: REINFORCE with a leave-one-out baseline; truncated importance weights correct for stale answers. */
    RLOO(
            """
            loss:
              surrogate: reinforce
              proximal: current
              aggregation: sequence-sum
              correction: {kind: truncate, upper: 2}
            advantage: {baseline: leave-one-out, scale: none}
            """),
    /** arXiv 2507.18071: one ratio per answer, with its own clip range. */
    GSPO("loss: {ratio: sequence, clip-low: 3.0e-4, clip-high: 4.0e-4, dual-clip: 0, aggregation: sequence-mean}"),
    /** MiniMax-M1, arXiv 2506.13585, with ScaleRL's bound, arXiv 2510.13786: weights are cut, gradients are not. */
    CISPO("loss: {surrogate: cispo, ratio-low: 0, ratio-high: 5}"),
    /** arXiv 2501.03262: distances from the group's mean, whitened over the tokens of the batch. */
    REINFORCE_PLUS_PLUS_BASELINE(
            """
            loss: {clip-high: 0.2, dual-clip: 0}
            advantage: {scale: whiten-over-tokens, epsilon: 1.0e-8}
            """),
    /** Hilton et al. 2021, AReaL: ratio to the weights at the start of the step, with an untruncated importance weight. */
    DECOUPLED_PPO("loss: {proximal: current, correction: {kind: truncate}}"),
    /** Decoupled PPO with truncated importance weights (Yao et al. 2025). */
    TIS("loss: {proximal: current, correction: {kind: truncate, upper: 2}}"),
    /** arXiv 2510.18855: masks tokens whose importance weight is out of bounds. */
    ICEPOP("loss: {proximal: current, correction: {kind: mask, lower: 0.5, upper: 5}}"),
    /** QwenLong-L1 as in its released script: DAPO with a symmetric clip, an entropy bonus and a penalty on the last tenth. */
    QWENLONG_L1(
            """
            loss: {clip-high: 0.2, dual-clip: 0, entropy: {coefficient: 0.001, same-as-loss: true}}
            advantage: {overlong: {maximum-length: $max, cache-length: $tenth}, group-of-one: reward}
            """);

    private static final String NAME = "name";

    private final String differences;

    ObjectivePreset(String differences) {
        this.differences = differences;
    }

    /** Returns the name of the objective in a configuration file. */
    String word() {
        return ConfigTree.word(this);
    }

    /**
     * Returns the section {@code objective} with every setting.
     *
     * @param given configured value: a name, or keys that override settings, with a name or without one for {@link #DEFAULT}
     * @param maxTokens length limit of an answer in tokens
     * @param problems receives error messages
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
     * Sets the {@code objective} of each phase that differs from the run's: because the phase has keys of its own, or another
     * length limit that the objective's lengths follow. A phase that names an objective inherits no keys of the run's.
     *
     * @param phases configured phases, changed in place
     * @param given configured objective of the run
     * @param ofRun objective of the run with every setting
     * @param maxTokens length limit of an answer in tokens, for phases without one of their own
     */
    static void expandPhases(JsonNode phases, JsonNode given, JsonNode ofRun, int maxTokens, List<String> problems) {
        for (int i = 0; i < phases.size(); i++) {
            JsonNode own = named(phases.get(i).path("objective"));
            boolean keys = own instanceof ObjectNode;
            if (!(phases.get(i) instanceof ObjectNode phase) || (!keys && !own.isMissingNode() && !own.isNull())) {
                continue; // not an object: the binder reports it
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

    /** Turns a plain name into an object with the key {@code name}; returns any other value unchanged. */
    static JsonNode named(JsonNode given) {
        return given.isTextual() ? ConfigTree.json().createObjectNode().put(NAME, given.asText()) : given;
    }

    private ObjectNode settings(int maxTokens) {
        ObjectNode settings = ConfigTree.json()
                .valueToTree(new ObjectiveSection(word(), LossSettings.DEFAULT, AdvantageConfig.DEFAULT));
        String text = differences
                .replace("$max", Integer.toString(maxTokens))
                .replace("$fifth", Integer.toString(Math.max(1, maxTokens / 5)))
                .replace("$tenth", Integer.toString(Math.max(1, maxTokens / 10)));
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
            problems.add(path + " is empty, expected a value; remove the key to use the named objective's value");
        }
    }
}
