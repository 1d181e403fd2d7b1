package dev.longstream.trainer.objective;

/**
 * {@link Dppo} by total variation: D = |p − q|.
 *
 * @param clipLow bound of D where A ≤ 0
 * @param clipHigh bound of D where A &gt; 0
 * @param ratioHigh cap of the weight; 0: none
 */
public record DppoTv(double clipLow, double clipHigh, double ratioHigh) implements Dppo {
    public DppoTv {
        Dppo.check(clipLow, clipHigh, ratioHigh);
    }

    @Override
    public double distance(double p, double q) {
        return Math.abs(p - q);
    }
}
