package dev.longstream.exports.tables;

import org.apache.avro.generic.IndexedRecord;

/**
 * A file of rows. It has its name once {@link #publish} was called; a file that is closed without is deleted. Not thread-safe.
 */
public interface RowFile extends AutoCloseable {
    /** Adds a row, whose fields are those of the file's schema. */
    void write(IndexedRecord row);

    /** Completes the file and gives it its name; no row can be added afterwards. */
    void publish();

    /** Returns the number of rows so far. */
    long rows();

    @Override
    void close();
}
