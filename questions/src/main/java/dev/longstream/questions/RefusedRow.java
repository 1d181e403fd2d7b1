package dev.longstream.questions;

/**
 * A row of a file that gave no prompt, with the reason.
 *
 * @param file the file's name
 * @param line line in a JSONL file, or the record's place in a JSON list or a Parquet file; from 1
 * @param reason what was found and what was expected
 */
public record RefusedRow(String file, long line, String reason) {
    @Override
    public String toString() {
        return file + ":" + line + ": " + reason;
    }
}
