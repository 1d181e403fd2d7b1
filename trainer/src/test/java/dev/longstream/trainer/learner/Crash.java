package dev.longstream.trainer.learner;

/**
 * Simulates the end of a process at one of its points. From then on every point throws, as after {@code kill -9}.
 * Alternatively a point fails once, and the caller has to end the process.
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

    /**
     * Creates a crash at a point.
     *
     * @param point index of the point, 0 for the first
     */
    public static Crash at(int point) {
        return new Crash(point, "", 0, () -> {});
    }

    public static Crash never() {
        return at(Integer.MAX_VALUE);
    }

    /**
     * Creates a failure at a named point, without a crash.
     *
     * @param time number of the pass of {@code point} that fails, 1 for the first
     * @param failure action that throws the failure
     */
    public static Crash failing(String point, int time, Runnable failure) {
        return new Crash(Integer.MAX_VALUE, point, time, failure);
    }

    /** Passes a point, or throws {@link Killed}. */
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

    /** Returns the number of passed points. */
    public int passed() {
        return passed;
    }
}
