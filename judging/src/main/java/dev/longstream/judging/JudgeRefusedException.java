package dev.longstream.judging;

/** The judge does not serve us at all: wrong address, model or key. Asking again does not help, and no answer is to blame. */
public final class JudgeRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JudgeRefusedException(String message) {
        super(message);
    }
}
