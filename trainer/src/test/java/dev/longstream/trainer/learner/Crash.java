package dev.longstream.trainer.learner;

/**
 * Ends a simulated process at one of its points: from then on nothing more happens, as after {@code kill -9}. Or only fails
 * there, once, and whoever is in charge has to end it.
 */
public final class Crash {
    /** Thrown at the point and at every one after it. */
    public static final class Killed extends RuntimeException {
        Killed(String point) {
            super("killed at " + point);
        }
    }

    private final int at;
    private final String failingPoint;
    private final Runnable failure;
    private int timesUntilFailure;
    private int passed;
    private boolean killed;

    private Crash(int at, String failingPoint, int timesUntilFailure, Runnable failure) {
        this.at = at;
        this.failingPoint = failingPoint;
        this.timesUntilFailure = timesUntilFailure;
        this.failure = failure;
    }

    /** @param point 0 for the first */
    public static Crash at(int point) {
        return new Crash(point, "", 0, () -> {});
    }

    public static Crash never() {
        return at(Integer.MAX_VALUE);
    }

    /** @param failure thrown by this when {@code point} is passed for the given time, 1 for the first */
    public static Crash failing(String point, int time, Runnable failure) {
        return new Crash(Integer.MAX_VALUE, point, time, failure);
    }

    /** Passes a point, or dies. */
    public void point(String name) {
        killed |= passed++ == at;
        if (killed) {
            throw new Killed(name);
        }
        if (name.equals(failingPoint) && --timesUntilFailure == 0) {
            failure.run();
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
