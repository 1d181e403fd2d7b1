package dev.longstream.questions.parquet;

import org.apache.parquet.ParquetRuntimeException;

/** Signals that a column cannot be read. The message names the column. */
final class UnreadableColumnException extends ParquetRuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableColumnException(String[] path, String what) {
        super("the column " + String.join(".", path) + " " + what);
    }
}
