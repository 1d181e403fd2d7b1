package dev.longstream.runs.launch;

import dev.longstream.engines.EngineAccess;
import dev.longstream.engines.EngineConfig;
import dev.longstream.failure.WrongUseException;
import dev.longstream.runs.config.KeyVariable;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.util.List;
import java.util.Map;

/** Chooses the engine of a rollout worker. */
final class Engines {
    private Engines() {}

    /**
     * Returns an engine of the configuration.
     *
     * @param url the worker's engine; null: the only one
     * @param environment environment variables, among them the engines' API key
     * @throws WrongUseException if the configuration has no such engine, or several and {@code url} is null, or the key is not set
     */
    static EngineAccess access(EngineConfig config, @Nullable String url, Map<String, String> environment) {
        List<String> urls = config.urls();
        if (url == null && urls.size() != 1) {
            throw new WrongUseException("rollouts.engine.urls names " + urls.size()
                    + " engines, and each belongs to one worker: name this worker's by --engine URL");
        }
        String own = url == null ? urls.get(0) : url;
        if (!urls.contains(own)) {
            throw new WrongUseException(
                    "--engine is " + own + ", expected one of rollouts.engine.urls, which are " + urls);
        }
        String key = KeyVariable.read("rollouts.engine.api-key-variable", config.apiKeyVariable(), environment);
        return new EngineAccess(URI.create(own), config, key);
    }
}
