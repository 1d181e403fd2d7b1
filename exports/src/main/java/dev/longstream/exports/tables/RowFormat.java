package dev.longstream.exports.tables;

import org.apache.avro.Schema;

import java.nio.file.Path;

/** Formats of files of rows. */
public enum RowFormat {
    /** Parquet, compressed by zstd, in row groups of some 32 MiB. */
    PARQUET("parquet") {
        @Override
        public RowFile create(Path file, Schema schema) {
            return new ParquetFile(file, schema);
        }
    },
    /** One JSON object a line. */
    JSONL("jsonl") {
        @Override
        public RowFile create(Path file, Schema schema) {
            return new JsonLinesFile(file, schema);
        }
    };

    private final String extension;

    RowFormat(String extension) {
        this.extension = extension;
    }

    /** Returns the extension of the files, without a dot. */
    public String extension() {
        return extension;
    }

    /**
     * Begins a file; the caller publishes and closes it.
     *
     * @param schema Avro record of the rows
     */
    public abstract RowFile create(Path file, Schema schema);
}
