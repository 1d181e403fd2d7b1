package dev.longstream.engines;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.policy.folder.ModelConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Adapters beside one base, each under its version's label, which requests name. Answers under way end with the adapter that they
 * began with. An adapter is unloaded once no answer under way needs it: until then the engine may read its folder again.
 */
final class NamedAdapters implements VersionRoute {
    private static final Logger LOG = LoggerFactory.getLogger(NamedAdapters.class);
    private static final Pattern LABEL = Pattern.compile("\\d+-[0-9a-f]{12}");
    private static final int NOT_FOUND = 404;
    /** Time until an adapter that could not be unloaded is tried again. */
    private static final Duration UNLOAD_PAUSE = Duration.ofSeconds(5);

    private final VllmClient client;
    private final EngineConfig config;
    private final EngineChecks checks;
    private final Set<String> loaded = new LinkedHashSet<>();
    private long releaseAt = System.nanoTime();

    NamedAdapters(VllmClient client, EngineConfig config, EngineChecks checks) {
        this.client = client;
        this.config = config;
        this.checks = checks;
    }

    /** Checks the engine, and unloads the adapters of an earlier life of this worker. */
    @Override
    public int check(ModelConfig shape) {
        int maxLength = checks.checkServer(
                shape, client::checkAdapterRoute, config.kind().toAcceptAdapters());
        loaded.clear();
        for (JsonNode model : client.models()) {
            if (LABEL.matcher(model.path("id").asText()).matches()) {
                unload(model.path("id").asText());
            }
        }
        return maxLength;
    }

    @Override
    public void load(EngineVersion version, boolean known) {
        if (!loaded.add(version.label())) {
            unload(version.label()); // the engine may have it, because the reply of an earlier attempt was lost
        }
        try {
            client.loadAdapter(version.label(), version.folder().path());
        } catch (EngineException e) {
            checks.checkAdapters(e);
            throw new EngineException(
                    e.status(),
                    "the adapter of version " + version.version() + " could not be loaded from "
                            + version.folder().path() + " (" + e.getMessage()
                            + "). The load is tried again; if it fails again, check that the engine reads this path and was"
                            + " started with a --max-lora-rank of at least trainer.adapter.rank");
        }
    }

    @Override
    public boolean keepsEarlier() {
        return true;
    }

    @Override
    public void withdraw(EngineVersion version) {
        unload(version.label());
        loaded.remove(version.label());
    }

    @Override
    public String remedy(EngineVersion version) {
        return "the engine must be started with the base of the run's adapters, "
                + version.folder().base().toAbsolutePath();
    }

    @Override
    public boolean serves(EngineVersion version) {
        for (JsonNode model : client.models()) {
            if (model.path("id").asText().equals(version.label())) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String model(EngineVersion version) {
        return version.label();
    }

    /** Returns the model's name: vLLM labels the tokens with the base's weights, not with the adapter. */
    @Override
    public String label(String model, String ofTokens) {
        return model;
    }

    @Override
    public void release(Set<String> needed) {
        if (System.nanoTime() - releaseAt < 0) {
            return;
        }
        for (String label : List.copyOf(loaded)) {
            if (!needed.contains(label)) {
                try {
                    unload(label);
                    loaded.remove(label);
                } catch (EngineException e) {
                    releaseAt = System.nanoTime() + UNLOAD_PAUSE.toNanos();
                    LOG.warn(
                            "Adapter {} could not be unloaded; it is tried again, and its folder is kept: {}",
                            label,
                            e.getMessage());
                    return;
                }
            }
        }
    }

    private void unload(String label) {
        try {
            client.unloadAdapter(label);
        } catch (EngineException e) {
            if (e.status() != NOT_FOUND) {
                throw e;
            }
        }
    }

    @Override
    public boolean holds(EngineVersion version) {
        return loaded.contains(version.label());
    }
}
