package dev.longstream.log;

import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * Signals that the log cannot be reached or lacks a topic or record. The message says what was found and what was
 * expected.
 */
public final class LogException extends RuntimeException {
    /** Creates an exception without a cause. */
    public LogException(String message) {
        super(message);
    }

    /** Creates an exception with the failure that caused it. */
    public LogException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * Creates the exception for a record that the broker refused; it names the key, the topic and, if that is the
     * reason, the size limit.
     */
    public static LogException notWritten(Topic<?> topic, String key, Throwable cause) {
        return new LogException(
                "The record " + key + " could not be written to " + topic.name() + ": " + cause.getMessage()
                        + (cause instanceof RecordTooLargeException
                                ? " The topic allows " + topic.maxRecordBytes() + " bytes."
                                : ""),
                cause);
    }
}
