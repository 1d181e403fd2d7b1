package dev.longstream.engines;

import dev.longstream.failure.UnusableInputException;
import dev.longstream.policy.folder.ModelConfig;

import java.util.Set;

/** Loads policy versions into an engine, and tells which version chose an answer's tokens. Used by one thread. */
interface VersionRoute {
    /** Returns the way for a run whose versions are like this one: adapters, or whole policies. */
    static VersionRoute of(EngineVersion version, EngineClient client, EngineConfig config) {
        EngineChecks checks = new EngineChecks(client, config);
        if (version.folder().adapter().isEmpty()) {
            return new ReplacedWeights(client, config, checks);
        }
        if (client instanceof VllmClient vllm) {
            return new NamedAdapters(vllm, config, checks);
        }
        throw new UnusableInputException("The engine " + client.url() + " takes no adapters: "
                + config.kind().toAcceptAdapters());
    }

    /**
     * Checks an engine that is not known yet, or was restarted.
     *
     * @param shape configuration of the run's policy
     * @return maximum number of tokens of a prompt and its answer
     * @throws dev.longstream.failure.UnusableInputException if it cannot sample for this run
     */
    int check(ModelConfig shape);

    /**
     * Loads a version, which serves afterwards.
     *
     * @param known whether the engine serves an earlier version, whose answers under way go on
     */
    void load(EngineVersion version, boolean known);

    /** Returns whether earlier versions still serve where a load fails. */
    boolean keepsEarlier();

    /** Stops serving a version that is not what it should be. */
    void withdraw(EngineVersion version);

    /** Returns what to do where a version is not what it should be. */
    String remedy(EngineVersion version);

    /** Returns whether an engine that may have restarted still serves a version. */
    boolean serves(EngineVersion version);

    /** Returns the model to name in requests for a version. */
    String model(EngineVersion version);

    /**
     * Returns the label of the version that chose tokens.
     *
     * @param model model that the request named
     * @param ofTokens label that the answer gives its tokens
     */
    String label(String model, String ofTokens);

    /** Unloads earlier versions but those whose labels are named. */
    void release(Set<String> needed);

    /** Returns whether the engine may read the folder of an earlier version again. */
    boolean holds(EngineVersion version);
}
