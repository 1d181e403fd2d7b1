package dev.longstream.trainer.objective;

/**
 * Estimators of KL(p ‖ q) from one sample of p (Schulman, "Approximating KL divergence"), with d = log q − log p:
 *
 * <pre>
 * k1 = −d                 unbiased, may be negative
 * k2 = d² / 2             biased, low variance
 * k3 = e^d − d − 1        unbiased, never negative
 * </pre>
 *
 * The exponent of k3 is clamped as that of the ratio is, so that one token far off cannot hide all others.
 */
public enum KlEstimate {
    K1 {
        @Override
        public double of(double logP, double logQ) {
            return logP - logQ;
        }
    },
    K2 {
        @Override
        public double of(double logP, double logQ) {
            double difference = logQ - logP;
            return difference * difference / 2;
        }
    },
    K3 {
        @Override
        public double of(double logP, double logQ) {
            double clamp = ClippedSurrogate.LOG_RATIO_CLAMP;
            double difference = Math.max(-clamp, Math.min(clamp, logQ - logP));
            return Math.exp(difference) - difference - 1;
        }
    };

    /** The estimate at one token sampled from p. */
    public abstract double of(double logP, double logQ);
}
