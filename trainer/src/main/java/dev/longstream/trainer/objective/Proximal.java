package dev.longstream.trainer.objective;

/**
 * Policy in the denominator of the importance ratio. If a batch makes several updates, {@link #CURRENT} needs one more forward
 * pass before the first; otherwise the forward pass of the only update serves.
 */
public enum Proximal {
    /**
     * The policy that sampled, μ as recorded. The ratio is then the whole correction, and PPO's clip pulls towards the
     * policy that sampled.
     */
    BEHAVIOUR,
    /**
     * The policy before the first update of the batch, PPO's π_old. The ratio is 1 in the first update, and π_old/μ is
     * corrected separately (decoupled PPO: Hilton et al. 2021, AReaL).
     */
    CURRENT,
    /**
     * A mixture of the two by age, AReaL's log-linear approximation: log μ + a·(log π − log μ), a = (v − u) / (v + 1 −
     * u) for a token sampled by version u and trained by version v. Age 0 gives μ; a great age approaches π, the policy
     * before each update.
     */
    LOG_LINEAR;

    /**
     * Computes the log-probabilities of an answer's C tokens under this policy, without a gradient.
     *
     * @param current double[C], log π; with {@link #CURRENT}, before the first update of the batch
     * @param behaviour double[C], log μ
     * @param ages long[C], v − u in gradient steps
     */
    public double[] of(double[] current, double[] behaviour, long[] ages) {
        return switch (this) {
            case BEHAVIOUR -> behaviour.clone();
            case CURRENT -> current.clone();
            case LOG_LINEAR -> {
                double[] between = new double[current.length];
                for (int token = 0; token < between.length; token++) {
                    double share = (double) ages[token] / (ages[token] + 1);
                    between[token] = behaviour[token] + share * (current[token] - behaviour[token]);
                }
                yield between;
            }
        };
    }
}
