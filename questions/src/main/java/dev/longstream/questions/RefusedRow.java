package dev.longstream.questions;

/**
 * A row of a file that gave no prompt.
 *
 * @param file   the file's name
 * @param line   of a JSONL file its line, of a JSON list or of Parquet the record's place in it; from 1
 * @param reason what was found and what was expected
 */
public record RefusedRow(String file, long line, String reason) {
    @Override
    public String toString() {
        return file + ":" + line + ": " + reason;
    }
}
