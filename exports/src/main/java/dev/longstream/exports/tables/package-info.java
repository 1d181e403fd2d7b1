/**
 * Files of rows: Parquet and JSON lines. An Avro schema describes the rows of both. Start at
 * {@link dev.longstream.exports.tables.RowFile}.
 *
 * <p>Apache's {@code parquet-column} encodes values and levels, and {@code parquet-format-structures} writes page headers and
 * the footer. This package connects the two, because Apache's own writer needs Hadoop on the class path.
 */
package dev.longstream.exports.tables;
