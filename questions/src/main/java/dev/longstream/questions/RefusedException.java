package dev.longstream.questions;

/**
 * Signals that one row gives no prompt. Its message says what was found and what was expected; the reader of the row
 * catches it and lists a {@link RefusedRow}.
 */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    RefusedException(String reason) {
        super(reason, null, false, false);
    }
}
