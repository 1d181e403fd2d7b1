/**
 * Reads the configuration of a run from a YAML file into records, with every default, and reports all errors at once.
 *
 * <p>Start at {@link dev.longstream.runs.config.RunConfig}, which lists every key. {@link
 * dev.longstream.runs.config.ConfigurationLoader} merges file, environment and flags, the later ones over the earlier ones, and
 * {@code RecordBinder} turns the result into records.
 */
package dev.longstream.runs.config;
