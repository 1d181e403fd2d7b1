package dev.longstream.engines;

import dev.longstream.policy.folder.ModelConfig;

import java.util.Set;

/**
 * Whole weights that replace the engine's: pause, load, label, resume. After an error before {@code resume} the engine stays
 * paused, since a failed load leaves it without weights.
 */
final class ReplacedWeights implements VersionRoute {
    private final EngineClient client;
    private final EngineConfig config;
    private final EngineChecks checks;

    ReplacedWeights(EngineClient client, EngineConfig config, EngineChecks checks) {
        this.client = client;
        this.config = config;
        this.checks = checks;
    }

    @Override
    public int check(ModelConfig shape) {
        return checks.checkServer(shape, client::label, config.kind().toAcceptWeights());
    }

    @Override
    public void load(EngineVersion version, boolean known) {
        client.pause(known);
        try {
            client.load(version.folder().path(), version.label());
        } catch (EngineException e) {
            throw new EngineException(
                    e.status(),
                    "version " + version.version() + " could not be loaded from "
                            + version.folder().path() + " (" + e.getMessage()
                            + "). It stays paused, since its weights are unknown now. The load is tried again; if it fails again,"
                            + " check that the engine reads this path, and restart the engine");
        }
        client.resume();
    }

    @Override
    public boolean keepsEarlier() {
        return false;
    }

    @Override
    public void withdraw(EngineVersion version) {
        client.pause(false);
    }

    @Override
    public String remedy(EngineVersion version) {
        return "it may keep an output head that is tied to the embedding, as vLLM does on processors: use a model with"
                + " tie_word_embeddings false";
    }

    @Override
    public boolean serves(EngineVersion version) {
        return client.label().equals(version.label()) && !client.isPaused();
    }

    @Override
    public String model(EngineVersion version) {
        return String.valueOf(config.model());
    }

    @Override
    public String label(String model, String ofTokens) {
        return ofTokens;
    }

    @Override
    public void release(Set<String> needed) {
        // A load replaces the version before.
    }

    @Override
    public boolean holds(EngineVersion version) {
        return false;
    }
}
