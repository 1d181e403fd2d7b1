package dev.longstream.log;

import org.apache.kafka.common.errors.RecordTooLargeException;

/** The log cannot be reached or does not hold what it should; the message says what was found and expected. */
public final class LogException extends RuntimeException {
    public LogException(String message) {
        super(message);
    }

    public LogException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The broker would not take a record; says which, where it belongs, and what the topic allows. */
    public static LogException notWritten(Topic<?> topic, String key, Throwable cause) {
        return new LogException(
                "The record " + key + " could not be written to " + topic.name() + ": " + cause.getMessage()
                        + (cause instanceof RecordTooLargeException
                                ? " The topic allows " + topic.maxRecordBytes() + " bytes."
                                : ""),
                cause);
    }
}
