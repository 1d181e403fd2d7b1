package dev.longstream.trainer.objective;

import dev.longstream.config.Problems;

import java.util.List;

/**
 * Tokens and answers without a policy loss because the two policies differ too much there.
 *
 * @param rejections tests that a token must all pass
 * @param rejectedTokens whether a rejected token counts in the denominator of the loss
 * @param offPolicySequenceMask δ in nats: an answer with A &lt; 0 and mean(log μ − log π) &gt; δ has no policy loss
 *     (OPSM; DeepSeek-V3.2, slime); 0: no mask
 */
public record OffPolicyFilter(List<Rejection> rejections, RejectedTokens rejectedTokens, double offPolicySequenceMask) {
    /** Every token takes part. */
    public static final OffPolicyFilter NONE = new OffPolicyFilter(List.of(), RejectedTokens.STAY_IN_DENOMINATOR, 0);

    public OffPolicyFilter {
        rejections = rejections == null ? List.of() : List.copyOf(rejections);
        new Problems("objective.loss")
                .require(
                        offPolicySequenceMask >= 0,
                        "off-policy-sequence-mask is %s, must be positive, or 0 to switch it off",
                        offPolicySequenceMask)
                .require(
                        rejectedTokens == RejectedTokens.STAY_IN_DENOMINATOR || !rejections.isEmpty(),
                        "rejected-tokens is leave-denominator, but there are no rejections")
                .throwIfAny();
    }

    boolean leavesDenominator() {
        return rejectedTokens == RejectedTokens.LEAVE_DENOMINATOR;
    }

    void check(Problems problems, Proximal proximal) {
        for (int i = 0; i < rejections.size(); i++) {
            rejections.get(i).check(problems, "rejections[" + i + "]", proximal);
        }
    }
}
