package dev.longstream.log;

/** Signals that the bytes of a record are not a value of its topic. The message says what was found and expected. */
public final class BadRecordException extends Exception {
    private static final long serialVersionUID = 1L;

    BadRecordException(String message) {
        super(message);
    }

    BadRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
