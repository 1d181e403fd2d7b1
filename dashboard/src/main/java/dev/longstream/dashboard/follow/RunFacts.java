package dev.longstream.dashboard.follow;

import dev.longstream.runs.config.RunConfig;

/**
 * A run as its configuration describes it.
 *
 * @param name name of the run
 * @param config configuration of the run, or of the command where the run's own is not on this host
 * @param isOwn whether {@code config} is the run's own configuration
 */
public record RunFacts(String name, RunConfig config, boolean isOwn) {}
