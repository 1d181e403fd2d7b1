package dev.longstream.runs.config;

import dev.longstream.config.Problems;
import dev.longstream.streams.advantage.AdvantageConfig;
import dev.longstream.trainer.objective.LossSettings;

/**
 * Advantages and loss of a batch. {@code objective: dapo} selects a named group of settings ({@link ObjectivePreset}).
 * Keys below the name replace single settings: {@code objective: {name: dapo, loss: {clip-high: 0.3}}}. {@code
 * --dry-run} prints all of them.
 *
 * @param name name of the objective whose settings are the defaults
 * @param loss loss that a gradient step minimises
 * @param advantage computation of advantages from rewards
 */
public record ObjectiveSection(String name, LossSettings loss, AdvantageConfig advantage) {
    public ObjectiveSection {
        new Problems("objective")
                .require(loss != null, "loss is missing, expected keys with values")
                .require(advantage != null, "advantage is missing, expected keys with values")
                .throwIfAny();
    }
}
