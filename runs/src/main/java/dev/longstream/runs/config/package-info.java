/**
 * One YAML file becomes records: what a run is, with every default, and every mistake said at once by its path.
 *
 * <p>Start at {@link dev.longstream.runs.config.RunConfig}, which lists every key; {@link
 * dev.longstream.runs.config.ConfigurationLoader} reads file, environment and flags, in that order of precedence, and
 * {@link dev.longstream.runs.config.RecordBinder} makes records of the result.
 */
package dev.longstream.runs.config;
