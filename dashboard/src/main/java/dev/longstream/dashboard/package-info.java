/**
 * Shows runs in a browser, from their logs alone.
 *
 * <p>Start at {@link dev.longstream.dashboard.Dashboard}: it serves a page and the JSON that the page reads. {@link
 * dev.longstream.dashboard.follow} keeps figures of a run up to date as its log grows; {@link dev.longstream.dashboard.trace} fetches single
 * records by address. Nothing is written, and nothing is kept outside the log.
 */
package dev.longstream.dashboard;
