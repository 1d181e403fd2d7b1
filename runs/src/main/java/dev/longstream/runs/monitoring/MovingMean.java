package dev.longstream.runs.monitoring;

/** Mean of the newest values. Thread-safe. */
final class MovingMean {
    private final double[] values;
    private long count;

    /**
     * Creates a mean of nothing.
     *
     * @param size number of values that count
     */
    MovingMean(int size) {
        this.values = new double[size];
    }

    synchronized void add(double value) {
        values[(int) (count++ % values.length)] = value;
    }

    /** Returns the mean; NaN before the first value. */
    synchronized double value() {
        int filled = (int) Math.min(count, values.length);
        double sum = 0;
        for (int i = 0; i < filled; i++) {
            sum += values[i];
        }
        return sum / filled; // 0 / 0 is NaN
    }
}
