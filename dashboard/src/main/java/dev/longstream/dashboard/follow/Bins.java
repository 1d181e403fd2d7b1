package dev.longstream.dashboard.follow;

/** Division of numbers into bins. */
enum Bins {
    /** Bins of width 0.05, for rewards. */
    REWARD {
        @Override
        int of(double value) {
            return (int) Math.floor(value * PARTS_OF_ONE + ROUNDING);
        }

        @Override
        double lower(int bin) {
            return (double) bin / PARTS_OF_ONE;
        }
    },
    /** Whole numbers up to 16, then eight bins for each doubling, for lengths in tokens. */
    LENGTH {
        @Override
        int of(double value) {
            int tokens = (int) value;
            if (tokens < 2 * PARTS_OF_OCTAVE) {
                return tokens;
            }
            int shift = Integer.numberOfTrailingZeros(Integer.highestOneBit(tokens)) - OCTAVE_BITS;
            return shift * PARTS_OF_OCTAVE + (tokens >> shift);
        }

        @Override
        double lower(int bin) {
            if (bin < 2 * PARTS_OF_OCTAVE) {
                return bin;
            }
            int shift = bin / PARTS_OF_OCTAVE - 1;
            return (double) ((long) (bin - shift * PARTS_OF_OCTAVE) << shift);
        }
    },
    /** Whole numbers, for staleness in gradient steps. */
    WHOLE {
        @Override
        int of(double value) {
            return (int) value;
        }

        @Override
        double lower(int bin) {
            return bin;
        }
    };

    private static final int PARTS_OF_ONE = 20;
    /** Makes a value that is a bound, such as 0.15, fall into the bin that begins there. */
    private static final double ROUNDING = 1e-9;

    private static final int OCTAVE_BITS = 3;
    private static final int PARTS_OF_OCTAVE = 1 << OCTAVE_BITS;

    /** Returns the bin of a value. */
    abstract int of(double value);

    /** Returns the lower bound of a bin, inclusive. */
    abstract double lower(int bin);
}
