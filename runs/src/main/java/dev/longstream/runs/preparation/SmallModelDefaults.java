package dev.longstream.runs.preparation;

import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.producers.rendering.PromptStyle;
import dev.longstream.runs.config.PromptSource;
import dev.longstream.runs.config.RunConfig;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Finds settings that suit the small policy that ships, in the configuration of a larger model. */
public final class SmallModelDefaults {
    /** Models below are trained in minutes with the settings of the policy that ships. */
    private static final long SMALL_MODEL = 20_000_000;

    private SmallModelDefaults() {}

    /**
     * Returns a warning if a model that does not ship would be trained with defaults of the small policy: a heading, then one
     * line for each of these settings; empty without any.
     */
    public static List<String> warnings(RunConfig config, ModelConfig model) {
        if (config.model().folder() == null || suit(model)) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        add(
                lines,
                "trainer.learning-rate",
                config.trainer().optimizer().learningRate(),
                RunConfig.DEFAULT.trainer().optimizer().learningRate(),
                "1e-6 to 2e-5 are usual for a pretrained model");
        if (config.warmUp().steps() > 0) {
            add(
                    lines,
                    "warm-up.learning-rate",
                    config.warmUp().optimizer().learningRate(),
                    RunConfig.DEFAULT.warmUp().optimizer().learningRate(),
                    "1e-6 to 2e-5 are usual for a pretrained model");
            if (config.demonstrations().sources().stream().anyMatch(SmallModelDefaults::isGenerated)) {
                lines.add(
                        "demonstrations.sources are generated questions: the model unlearns its own way of answering");
            }
        }
        add(
                lines,
                "sampling.max-tokens",
                config.sampling().maxTokens(),
                RunConfig.DEFAULT.sampling().maxTokens(),
                "a pretrained model may need more for an answer");
        if (config.prompts().form().style() == PromptStyle.PLAIN) {
            lines.add("prompts.style is plain, which tells the model nothing; instructed tells it how to answer");
        }
        if (config.prompts().train().stream().anyMatch(SmallModelDefaults::isGenerated)) {
            lines.add("prompts.train are generated questions; --prompts names files");
        }
        if (!lines.isEmpty()) {
            lines.add(
                    0,
                    String.format(
                            Locale.ROOT,
                            "warning: %s has %.0f million parameters, and these settings suit the small policy that ships."
                                    + " 'longstream init --model FOLDER' writes a configuration for it",
                            config.model().folder(),
                            model.parameters() / 1e6));
        }
        return List.copyOf(lines);
    }

    /** Returns whether the settings of the policy that ships suit a model of this size. */
    public static boolean suit(ModelConfig model) {
        return model.parameters() < SMALL_MODEL;
    }

    private static boolean isGenerated(PromptSource source) {
        return source.generate() != null;
    }

    private static void add(List<String> lines, String key, Number value, Number unsuitable, String advice) {
        if (value.equals(unsuitable)) {
            lines.add(key + " is " + value + ", the default; " + advice);
        }
    }
}
