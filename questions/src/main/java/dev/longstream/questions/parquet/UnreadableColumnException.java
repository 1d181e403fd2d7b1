package dev.longstream.questions.parquet;

import org.apache.parquet.ParquetRuntimeException;

/** A column that cannot be read; the message names it. */
final class UnreadableColumnException extends ParquetRuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableColumnException(String[] path, String what) {
        super("the column " + String.join(".", path) + " " + what);
    }
}
