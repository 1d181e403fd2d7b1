/**
 * Draws charts as SVG text and writes them to files.
 *
 * <p>Reads nothing; writes the file it is told. Start at {@link dev.longstream.charts.Chart}. May use the JDK alone.
 */
package dev.longstream.charts;
