/**
 * Writes a run's log in the formats of other tools.
 *
 * <p>Reads every topic; writes files, or metrics to an MLflow server; nothing on the log. Start at
 * {@link dev.longstream.exports.TableExport}, {@link dev.longstream.exports.MetricExport} or
 * {@link dev.longstream.exports.answers.AnswerExport}. May use {@code producers}, which know how a prompt is rendered.
 */
package dev.longstream.exports;
