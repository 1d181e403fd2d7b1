package dev.longstream.trainer.loop;

import dev.longstream.trainer.objective.LossSettings;
import dev.longstream.trainer.optimizer.MomentsAtStart;

/**
 * How the batches of a phase are trained on. A batch is of the phase that its manifest names: that of its first group.
 *
 * @param loss what is minimised
 * @param moments what becomes of the optimizer's moments at the first batch of the phase
 */
public record PhaseTraining(LossSettings loss, MomentsAtStart moments) {}
