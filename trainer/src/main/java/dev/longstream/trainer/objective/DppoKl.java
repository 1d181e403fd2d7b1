package dev.longstream.trainer.objective;

/**
 * {@link Dppo} by KL divergence: D = KL(q ‖ p) = q log(q/p) + (1 − q) log((1 − q)/(1 − p)), in nats.
 *
 * @param clipLow bound of D where A ≤ 0
 * @param clipHigh bound of D where A &gt; 0
 * @param ratioHigh cap of the weight; 0: none
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
