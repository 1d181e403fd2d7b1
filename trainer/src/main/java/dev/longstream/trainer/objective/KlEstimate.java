package dev.longstream.trainer.objective;

/**
 * Estimators of KL(p ‖ q) from one sample of p (Schulman, "Approximating KL divergence"), with d = log q − log p:
 *
 * <pre>
 * k1 = −d                 unbiased, may be negative; as a loss its gradient does not know q
 * k2 = d² / 2             biased, low variance; as a loss its gradient is that of KL
 * k3 = e^d − d − 1        unbiased, never negative
 * </pre>
 *
 * <p>The exponent of k3 is clamped like a log ratio and has no gradient beyond the clamp, so that a single token with a large
 * difference cannot dominate the mean.
 */
public enum KlEstimate {
    K1 {
        @Override
        public double of(double logP, double logQ, double clamp) {
            return logP - logQ;
        }

        @Override
        double slope(double logP, double logQ, double clamp) {
            return 1;
        }
    },
    K2 {
        @Override
        public double of(double logP, double logQ, double clamp) {
            double difference = logQ - logP;
            return difference * difference / 2;
        }

        @Override
        double slope(double logP, double logQ, double clamp) {
            return logP - logQ;
        }
    },
    K3 {
        @Override
        public double of(double logP, double logQ, double clamp) {
            double difference = Math.max(-clamp, Math.min(clamp, logQ - logP));
            return Math.exp(difference) - difference - 1;
        }

        @Override
        double slope(double logP, double logQ, double clamp) {
            double difference = logQ - logP;
            return Math.abs(difference) > clamp ? 0 : 1 - Math.exp(difference);
        }
    };

    /** Computes the estimate in nats at one token sampled from p, with the recommended clamp. */
    public double of(double logP, double logQ) {
        return of(logP, logQ, LossSettings.LOG_RATIO_CLAMP);
    }

    /**
     * Computes the estimate in nats at one token sampled from p.
     *
     * @param clamp largest absolute value of the exponent
     */
    public abstract double of(double logP, double logQ, double clamp);

    /** Computes d estimate / d logP. */
    abstract double slope(double logP, double logQ, double clamp);
}
