/**
 * Reads rows of Parquet files as JSON objects.
 *
 * <p>Start at {@link dev.longstream.questions.parquet.ParquetRows}. Apache's {@code parquet-column} decodes levels and
 * encodings and assembles nested rows; {@code parquet-format-structures} reads footers and page headers. This package
 * connects the two, because Apache's own reader needs Hadoop on the class path.
 */
package dev.longstream.questions.parquet;
