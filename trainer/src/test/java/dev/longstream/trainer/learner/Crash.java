package dev.longstream.trainer.learner;

/** Ends a simulated process at one of its points: from then on nothing more happens, as after {@code kill -9}. */
public final class Crash {
    /** Thrown at the point and at every one after it. */
    public static final class Killed extends RuntimeException {
        Killed(String point) {
            super("killed at " + point);
        }
    }

    private final int at;
    private int passed;
    private boolean killed;

    private Crash(int at) {
        this.at = at;
    }

    /** @param point 0 for the first */
    public static Crash at(int point) {
        return new Crash(point);
    }

    public static Crash never() {
        return new Crash(Integer.MAX_VALUE);
    }

    /** Passes a point, or dies. */
    public void point(String name) {
        killed |= passed++ == at;
        if (killed) {
            throw new Killed(name);
        }
    }

    public boolean killed() {
        return killed;
    }

    /** How many points were passed. */
    public int passed() {
        return passed;
    }
}
