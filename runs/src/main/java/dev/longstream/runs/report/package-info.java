/**
 * Reports the results of a run: {@code report.json} for scripts, tables for people, and plots of its curves.
 *
 * <p>Start at {@link dev.longstream.runs.report.RunReport}; {@link dev.longstream.runs.report.Reporting} computes it from a log.
 */
package dev.longstream.runs.report;
