package dev.longstream.runs.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.rewards.ScoringConfig;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Completes the shadows of a configuration with the settings of the run, and tells which of their settings decide scores. */
final class ShadowDefaults {
    private static final String SHADOWS = "shadows";
    private static final String JUDGE = "judge";
    private static final String PROFILE = "profile";

    /** Keys of a judge that do not change its verdicts, so that a shadow may continue with other values. */
    private static final List<String> JUDGE_KEYS_WITHOUT_EFFECT =
            List.of("url", "cache-mebibytes", "api-key-variable", "worker");

    private ShadowDefaults() {}

    /**
     * Replaces each shadow by the run's reward with the shadow's settings laid over it.
     *
     * @param tree configuration whose section {@code scoring} is complete, changed in place
     */
    static void expand(ObjectNode tree) {
        JsonNode scoring = tree.path(ScoringProfile.SECTION);
        if (!(scoring.path(SHADOWS) instanceof ObjectNode shadows)) {
            return;
        }
        for (Map.Entry<String, JsonNode> shadow : shadows.properties()) {
            JsonNode given = shadow.getValue().isNull() ? shadows.objectNode() : shadow.getValue();
            if (given instanceof ObjectNode keys && scoring instanceof ObjectNode section) {
                shadow.setValue(complete(keys, section, tree.path(JUDGE)));
            }
        }
    }

    private static ObjectNode complete(ObjectNode given, ObjectNode scoring, JsonNode judge) {
        ObjectNode complete = scoring.deepCopy();
        complete.remove(SHADOWS);
        if (given.has(PROFILE) && !given.get(PROFILE).equals(complete.get(PROFILE))) {
            complete.remove(ScoringProfile.NUMBER); // of the run's profile
        }
        ConfigTree.merge(complete, given);
        ScoringProfile.expand(complete);
        if (!given.has(JUDGE)) {
            complete.set(JUDGE, judge.deepCopy());
        }
        return complete;
    }

    /**
     * Returns the settings of a shadow that decide its scores. A setting with its default is left out, so that a release with
     * more settings gives the same.
     *
     * @param tree complete configuration
     */
    static ObjectNode decisive(ObjectNode tree, String shadow) {
        ObjectNode settings = tree.withObject("/" + ScoringProfile.SECTION + "/" + SHADOWS + "/" + shadow)
                .deepCopy();
        if (settings.path(JUDGE) instanceof ObjectNode judge) {
            judge.remove(JUDGE_KEYS_WITHOUT_EFFECT);
            removeEqual(judge, ConfigTree.json().valueToTree(JudgeSection.DEFAULT));
            if (settings.path("reward").asText().equals("rule")
                    && !judge.path("always").asBoolean()) {
                settings.remove(JUDGE);
            }
        }
        removeEqual(settings, ConfigTree.json().valueToTree(ScoringConfig.DEFAULT));
        return settings;
    }

    private static void removeEqual(ObjectNode settings, JsonNode defaults) {
        List<String> equal = new ArrayList<>();
        for (Map.Entry<String, JsonNode> setting : settings.properties()) {
            JsonNode other = defaults.path(setting.getKey());
            if (setting.getValue() instanceof ObjectNode inner) {
                removeEqual(inner, other);
            }
            if (setting.getValue().equals(other)
                    || (setting.getValue().isObject() && setting.getValue().isEmpty())) {
                equal.add(setting.getKey());
            }
        }
        settings.remove(equal);
    }
}
