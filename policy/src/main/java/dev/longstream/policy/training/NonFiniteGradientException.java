package dev.longstream.policy.training;

/** The gradient's norm is infinite or not a number. Weights and moments are as before; the gradient is gone. */
public final class NonFiniteGradientException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final double norm;

    NonFiniteGradientException(double norm) {
        super("the gradient's norm is " + norm + ", expected a finite number; the step was not taken");
        this.norm = norm;
    }

    /** Infinite, or not a number. */
    public double norm() {
        return norm;
    }
}
