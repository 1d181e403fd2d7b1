package dev.longstream.streams.advantage;

/**
 * Weight, mean and squared deviations of weighted numbers; the moments of two parts can be added (Chan et al. 1983).
 *
 * @param weight Σ w; the count if every weight is 1
 * @param mean Σ w·x / Σ w; 0 if the weight is 0
 * @param squares Σ w·(x − mean)²
 */
public record Moments(double weight, double mean, double squares) {
    /** The moments of no numbers. */
    public static final Moments NONE = new Moments(0, 0, 0);

    /**
     * Computes the moments of weighted numbers.
     *
     * @param values the numbers x
     * @param weights their weights w, as many as the numbers
     */
    static Moments of(double[] values, double[] weights) {
        double weight = 0;
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            weight += weights[i];
            sum += weights[i] * values[i];
        }
        if (weight == 0) {
            return NONE;
        }
        double mean = sum / weight;
        double squares = 0;
        for (int i = 0; i < values.length; i++) {
            squares += weights[i] * (values[i] - mean) * (values[i] - mean);
        }
        return new Moments(weight, mean, squares);
    }

    /** Returns the moments of both parts together. */
    Moments plus(Moments other) {
        double together = weight + other.weight;
        if (together == 0) {
            return NONE;
        }
        double distance = other.mean - mean;
        return new Moments(
                together,
                mean + distance * other.weight / together,
                squares + other.squares + distance * distance * weight * other.weight / together);
    }

    /**
     * Returns the variance; 0 where its divisor would not be positive.
     *
     * @param population whether squares are divided by n instead of n − 1
     */
    double variance(boolean population) {
        double divisor = population ? weight : weight - 1;
        return divisor > 0 ? squares / divisor : 0;
    }
}
