package dev.longstream.trainer.loop;

import dev.longstream.trainer.objective.LossSettings;
import dev.longstream.trainer.optimizer.MomentsAtStart;

/**
 * How the batches of a phase are trained on. A batch belongs to the phase in its manifest, which is its first group's.
 *
 * @param loss settings of the loss
 * @param moments treatment of the optimizer's moments at the first batch of the phase
 */
public record PhaseTraining(LossSettings loss, MomentsAtStart moments) {}
