package dev.longstream.rewards.rules;

/** Measure of how far an answer's set agrees with the right set. */
public enum SetMeasure {
    /** 1 if both sets have the same members, else 0. */
    EXACT {
        @Override
        double of(int found, int stated, int wanted) {
            return found == stated && found == wanted ? 1 : 0;
        }
    },
    /** Share of the stated members that are right. It pays an answer that states one right member and no other. */
    PRECISION {
        @Override
        double of(int found, int stated, int wanted) {
            return stated == 0 ? 0 : (double) found / stated;
        }
    },
    /** Share of the right members that are stated. It pays an answer that states everything there is. */
    RECALL {
        @Override
        double of(int found, int stated, int wanted) {
            return (double) found / wanted;
        }
    },
    /** Harmonic mean of precision and recall. */
    F1 {
        @Override
        double of(int found, int stated, int wanted) {
            return 2.0 * found / (stated + wanted);
        }
    };

    /**
     * Returns the score of a set, from 0 to 1.
     *
     * @param found right members that are stated
     * @param stated members that are stated, right or wrong
     * @param wanted right members, at least 1
     */
    abstract double of(int found, int stated, int wanted);
}
