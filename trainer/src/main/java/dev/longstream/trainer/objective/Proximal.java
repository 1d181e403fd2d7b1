package dev.longstream.trainer.objective;

/**
 * The policy that the importance ratio is taken to. A batch makes one gradient step, so the weights at the start of the step
 * are those of the forward pass: {@link #CURRENT} costs no pass of its own.
 */
public enum Proximal {
    /** μ as recorded: the ratio is all of the correction, and PPO's clip pulls towards the policy that sampled. */
    BEHAVIOUR,
    /** π at the start of the step: the ratio is 1, the correction π/μ is apart from it (decoupled PPO: Hilton et al. 2021, AReaL). */
    CURRENT,
    /**
     * Between the two by age, AReaL's log-linear approximation: log μ + a·(log π − log μ), a = (v − u) / (v + 1 − u) for a token
     * sampled by version u and trained by version v. Age 0 gives μ, a great age nearly π.
     */
    LOG_LINEAR;

    /**
     * Log-probabilities of an answer's tokens under this policy, without a gradient.
     *
     * @param current double[C], log π
     * @param behaviour double[C], log μ
     * @param ages long[C], v − u
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
