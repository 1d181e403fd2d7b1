package dev.longstream.trainer.objective;

/**
 * {@link Dppo} with KL divergence as the distance: D = KL(q ‖ p) = q log(q/p) + (1 − q) log((1 − q)/(1 − p)), in nats.
 *
 * @param clipLow upper bound of D for A ≤ 0, in nats
 * @param clipHigh upper bound of D for A &gt; 0, in nats
 * @param ratioHigh upper bound of the weight r; 0: none
 */
public record DppoKl(double clipLow, double clipHigh, double ratioHigh) implements Dppo {
    public DppoKl {
        Dppo.check(clipLow, clipHigh, ratioHigh);
    }

    @Override
    public double distance(double p, double q) {
        return q * Math.log(q / p) + (1 - q) * Math.log((1 - q) / (1 - p));
    }
}
