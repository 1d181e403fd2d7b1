/**
 * Reads rows out of Parquet files as JSON, as they would stand in a file of JSON lines.
 *
 * <p>Levels, encodings and the putting together of nested rows are those of Apache's {@code parquet-column}; footers and page headers are
 * read by {@code parquet-format-structures}. What lies between them, in Apache's own reader, needs Hadoop on the class path, and is
 * here instead. Start at {@link dev.longstream.questions.parquet.ParquetRows}.
 */
package dev.longstream.questions.parquet;
