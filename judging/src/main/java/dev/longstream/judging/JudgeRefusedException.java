package dev.longstream.judging;

/** Signals that the judge refuses every request because of its address, model or key. A retry does not help. */
public final class JudgeRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JudgeRefusedException(String message) {
        super(message);
    }
}
