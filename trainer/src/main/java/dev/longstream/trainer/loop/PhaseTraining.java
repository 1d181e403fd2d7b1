package dev.longstream.trainer.loop;

import dev.longstream.trainer.objective.LossSettings;
import dev.longstream.trainer.optimizer.MomentsAtStart;

/**
 * Training settings of a phase. A batch belongs to the phase named in its manifest, which is the phase of its first
 * group.
 *
 * @param loss settings of the loss
 * @param moments treatment of the optimizer's moments at the first batch of the phase
 * @param reference policy that KL is measured against in batches of the phase
 */
public record PhaseTraining(LossSettings loss, MomentsAtStart moments, ReferencePolicy reference) {}
