package dev.longstream.runs.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.rewards.rules.RuleProfile;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/** Fills {@code scoring.number} with the settings of the profile that {@code scoring.profile} names. */
final class ScoringProfile {
    static final String SECTION = "scoring";
    static final String NUMBER = "number";

    private ScoringProfile() {}

    /**
     * Adds the profile's settings to a section; keys of the section override them.
     *
     * @param scoring the section {@code scoring}, changed in place
     */
    static void expand(JsonNode scoring) {
        if (scoring instanceof ObjectNode section) {
            String name = section.path("profile").asText();
            Arrays.stream(RuleProfile.values())
                    .filter(profile -> ConfigTree.word(profile).equals(name))
                    .forEach(profile -> section.set(NUMBER, number(profile, section.get(NUMBER))));
        }
    }

    private static JsonNode number(RuleProfile profile, @Nullable JsonNode given) {
        JsonNode settings = ConfigTree.json().valueToTree(profile.numbers());
        if (given == null) {
            return settings == null ? NullNode.getInstance() : settings;
        }
        if (given instanceof ObjectNode overrides && settings instanceof ObjectNode all) {
            ConfigTree.merge(all, overrides);
            return all;
        }
        return given;
    }
}
