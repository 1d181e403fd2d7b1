package dev.longstream.log;

/** The log cannot be reached or does not hold what it should; the message says what was found and expected. */
public final class LogException extends RuntimeException {
    public LogException(String message) {
        super(message);
    }

    public LogException(String message, Throwable cause) {
        super(message, cause);
    }
}
