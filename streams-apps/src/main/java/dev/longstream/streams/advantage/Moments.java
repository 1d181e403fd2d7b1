package dev.longstream.streams.advantage;

/**
 * Weight, mean and sum of squared distances from it, of numbers that may come in parts (Chan et al. 1983).
 *
 * @param weight Σ w; the count where every number weighs 1
 * @param mean Σ w·x / Σ w; 0 where there is none
 * @param squares Σ w·(x − mean)²
 */
public record Moments(double weight, double mean, double squares) {
    public static final Moments NONE = new Moments(0, 0, 0);

    /**
     * @param values x
     * @param weights w, of the same length
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

    /** @param population whether squares are divided by n instead of n − 1; 0 where that would divide by nothing */
    double variance(boolean population) {
        double divisor = population ? weight : weight - 1;
        return divisor > 0 ? squares / divisor : 0;
    }
}
