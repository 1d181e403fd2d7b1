package dev.longstream.policy.training;

/**
 * Signals that the gradient's norm is infinite or not a number. Weights and moments are unchanged; the gradient is
 * discarded.
 */
public final class NonFiniteGradientException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final double norm;

    NonFiniteGradientException(double norm) {
        super("the gradient's norm is " + norm + ", expected a finite number; the step was not taken");
        this.norm = norm;
    }

    /** Returns the norm: infinite, or not a number. */
    public double norm() {
        return norm;
    }
}
