package dev.longstream.trainer.objective;

/**
 * {@link Dppo} with total variation as the distance: D = |p − q|.
 *
 * @param clipLow upper bound of D for A ≤ 0
 * @param clipHigh upper bound of D for A &gt; 0
 * @param ratioHigh upper bound of the weight r; 0: none
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
