/**
 * What a run leaves behind: {@code report.json} for scripts, a table for people, and the curves as a picture. Start at
 * {@link dev.longstream.runs.report.RunReport}; {@link dev.longstream.runs.report.Reporting} makes it of a log.
 */
package dev.longstream.runs.report;
