package dev.longstream.questions;

/** One row gives no prompt; its message says what was found and what was expected. Caught where the row was read. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    RefusedException(String reason) {
        super(reason, null, false, false);
    }
}
