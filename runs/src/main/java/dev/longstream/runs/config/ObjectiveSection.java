package dev.longstream.runs.config;

import dev.longstream.config.Problems;
import dev.longstream.streams.advantage.AdvantageConfig;
import dev.longstream.trainer.objective.LossSettings;

/**
 * What is learned from a batch. {@code objective: dapo} names a choice of settings ({@link ObjectivePreset}); with keys below
 * it, {@code objective: {name: dapo, loss: {clip-high: 0.3}}}, single settings of that choice are replaced. {@code --dry-run}
 * prints all of them.
 *
 * @param name of the objective that the settings begin with
 * @param loss what is minimised
 * @param advantage how rewards become advantages
 */
public record ObjectiveSection(String name, LossSettings loss, AdvantageConfig advantage) {
    public ObjectiveSection {
        new Problems("objective")
                .require(loss != null, "loss is missing, expected keys with values")
                .require(advantage != null, "advantage is missing, expected keys with values")
                .throwIfAny();
    }
}
