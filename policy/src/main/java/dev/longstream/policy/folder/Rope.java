package dev.longstream.policy.folder;

/**
 * Rotary position embedding (RoPE): it rotates pair i of a head's coordinates by the angle position · frequency i.
 *
 * <p>Unscaled, frequency i of a head of size d is θ^(-2i/d) (Su et al. 2021, RoFormer). A {@link Scaling} stretches the
 * frequencies so that a model reaches further than it was trained for.
 *
 * @param theta   the base θ
 * @param scaling change of the frequencies for a longer context
 */
public record Rope(double theta, Scaling scaling) {
    /** A change of the frequencies for a context longer than that of training. */
    public sealed interface Scaling permits Unscaled, Linear, Llama3, Yarn {}

    /** The frequencies of training. */
    public record Unscaled() implements Scaling {}

    /**
     * Position interpolation (Chen et al. 2023): every frequency is divided by one factor.
     *
     * @param factor ratio of the extended context to the original one
     */
    public record Linear(double factor) implements Scaling {}

    /**
     * Llama 3.1's scaling. Let w = 2π / frequency be the wavelength in positions and L the original context.
     * Frequencies with w shorter than L / high are kept, those with w longer than L / low are divided by the factor,
     * and those between are blended by s = (L / w - low) / (high - low).
     *
     * @param factor               ratio of the extended context to the original one
     * @param lowFrequencyFactor   low
     * @param highFrequencyFactor  high
     * @param originalMaxPositions L
     */
    public record Llama3(double factor, double lowFrequencyFactor, double highFrequencyFactor, int originalMaxPositions)
            implements Scaling {}

    /**
     * YaRN (Peng et al. 2023): pairs that turn more than {@code betaFast} times within the original context are kept,
     * those that turn less than {@code betaSlow} times are divided by the factor, with a linear ramp over the pair's
     * index between.
     *
     * @param factor               ratio of the extended context to the original one
     * @param originalMaxPositions positions the model was trained for
     * @param betaFast             turns above which a pair is kept
     * @param betaSlow             turns below which a pair is divided
     * @param attentionFactor      multiplies cosine and sine; 0.1 · ln(factor) + 1 unless the configuration says
     *     otherwise
     * @param truncate             whether the ramp's ends are rounded outwards to whole indices
     */
    public record Yarn(
            double factor,
            int originalMaxPositions,
            double betaFast,
            double betaSlow,
            double attentionFactor,
            boolean truncate)
            implements Scaling {
        /** Returns the attention factor that the paper recommends: 0.1 · ln(factor) + 1. */
        static double defaultAttentionFactor(double factor) {
            return attentionFactor(factor, 1);
        }

        static double attentionFactor(double factor, double multiplier) {
            return factor <= 1 ? 1 : 0.1 * multiplier * Math.log(factor) + 1;
        }
    }

    /** Creates RoPE without scaling. */
    public static Rope unscaled(double theta) {
        return new Rope(theta, new Unscaled());
    }

    /** Returns the factor on cosine and sine; 1 except for YaRN. */
    public double attentionScaling() {
        return scaling instanceof Yarn yarn ? yarn.attentionFactor() : 1;
    }

    /**
     * Returns the radians per position of each pair of coordinates, fastest first, scaling included.
     *
     * @param headSize d, even
     * @return double[d / 2]
     */
    public double[] inverseFrequencies(int headSize) {
        double[] frequencies = new double[headSize / 2];
        for (int pair = 0; pair < frequencies.length; pair++) {
            frequencies[pair] = Math.pow(theta, -2.0 * pair / headSize);
        }
        if (scaling instanceof Linear linear) {
            for (int pair = 0; pair < frequencies.length; pair++) {
                frequencies[pair] /= linear.factor();
            }
        } else if (scaling instanceof Llama3 llama3) {
            for (int pair = 0; pair < frequencies.length; pair++) {
                frequencies[pair] = scale(frequencies[pair], llama3);
            }
        } else if (scaling instanceof Yarn yarn) {
            scale(frequencies, yarn, headSize);
        }
        return frequencies;
    }

    private static double scale(double frequency, Llama3 by) {
        double wavesInContext = by.originalMaxPositions() * frequency / (2 * Math.PI);
        if (wavesInContext > by.highFrequencyFactor()) {
            return frequency;
        }
        if (wavesInContext < by.lowFrequencyFactor()) {
            return frequency / by.factor();
        }
        double kept = (wavesInContext - by.lowFrequencyFactor()) / (by.highFrequencyFactor() - by.lowFrequencyFactor());
        return (1 - kept) * frequency / by.factor() + kept * frequency;
    }

    private void scale(double[] frequencies, Yarn by, int headSize) {
        double from = pairThatTurns(by.betaFast(), by, headSize);
        double to = pairThatTurns(by.betaSlow(), by, headSize);
        if (by.truncate()) {
            from = Math.floor(from);
            to = Math.ceil(to);
        }
        from = Math.max(from, 0);
        to = Math.min(
                to, headSize - 1); // of coordinates, not pairs: so the paper's code, and every model trained with it
        if (from == to) {
            to += 0.001; // a step instead of a ramp, without dividing by zero
        }
        for (int pair = 0; pair < frequencies.length; pair++) {
            double divided = Math.min(Math.max((pair - from) / (to - from), 0), 1);
            frequencies[pair] = divided * frequencies[pair] / by.factor() + (1 - divided) * frequencies[pair];
        }
    }

    /** Returns the (fractional) index of the pair that makes {@code turns} full turns within the original context. */
    private double pairThatTurns(double turns, Yarn by, int headSize) {
        return headSize * Math.log(by.originalMaxPositions() / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
    }
}
