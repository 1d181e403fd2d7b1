package dev.longstream.runs.config;

import dev.longstream.trainer.loop.ReferencePolicy;
import dev.longstream.trainer.optimizer.MomentsAtStart;

import java.util.Objects;

/**
 * Treatment of the training's state at the first batch of a phase.
 *
 * @param optimizer treatment of the optimizer's moments. After a reset the learning rate rises again over {@code
 *     trainer.warm-up-steps}
 * @param reference policy that KL is measured against in the phase, as a metric and as a penalty: the initial one, or the
 *     one with which the phase begins
 */
public record PhaseStart(MomentsAtStart optimizer, ReferencePolicy reference) {
    /** Moments are kept, and KL is measured against the initial policy. */
    public static final PhaseStart DEFAULT = new PhaseStart(MomentsAtStart.KEEP, ReferencePolicy.INITIAL);

    public PhaseStart {
        optimizer = Objects.requireNonNullElse(optimizer, MomentsAtStart.KEEP);
        reference = Objects.requireNonNullElse(reference, ReferencePolicy.INITIAL);
    }
}
