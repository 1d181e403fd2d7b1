package dev.longstream.engines;

import org.jspecify.annotations.Nullable;

import java.net.URI;

/**
 * One engine and its settings.
 *
 * @param url base URL of the engine
 * @param config settings of the run's engines
 * @param apiKey bearer token; null: none is sent
 */
public record EngineAccess(URI url, EngineConfig config, @Nullable String apiKey) {}
