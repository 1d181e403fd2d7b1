package dev.longstream.runs.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.longstream.config.ConfigurationException;
import dev.longstream.config.PrintableAddress;
import dev.longstream.failure.WrongUseException;
import dev.longstream.files.Sha256;
import dev.longstream.policy.folder.NewAdapter;
import dev.longstream.trainer.learner.Learners;
import dev.longstream.trainer.learner.ModelLearners;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A complete configuration, with every default, and its digest.
 *
 * @param config configuration as records
 * @param tree configuration as keys and values; contains secrets, so print {@link #printed()} instead
 * @param digest SHA-256 of the settings that decide the run's results, 64 hexadecimal digits; leaves out name, folder,
 *     addresses, memory and time limits
 */
public record ResolvedConfig(RunConfig config, ObjectNode tree, String digest) {
    /** Stand-in for a secret in a printed configuration. */
    static final String HIDDEN = "(not printed)";

    private static final Pattern SECRET =
            Pattern.compile("password|secret|jaas|token|credential|user\\.info|api[.-]?key|\\.key$|keystore\\.key");
    private static final int SHOWN_DIGITS = 12;
    /** Keys that do not change the results beyond rounding, so that a run may continue with other values. */
    private static final List<String> WITHOUT_EFFECT_ON_RESULTS = List.of(
            "run",
            "dir",
            "stall-after",
            "retention",
            "disk-reserve-mebibytes",
            "metrics",
            "scoring.shadows",
            "trainer.memory-mebibytes",
            "trainer.micro-batch-tokens",
            "trainer.checkpoint-every",
            "trainer.learner",
            "warm-up.micro-batch-tokens",
            "rollouts.worker.cache-mebibytes",
            "rollouts.engine.urls",
            "rollouts.engine.model",
            "rollouts.engine.api-key-variable",
            "rollouts.engine.answer-timeout",
            "rollouts.engine.max-attempts",
            "rollouts.engine.probe",
            "rollouts.engine.probe-tolerance",
            "judge.url",
            "demonstrations.teacher.url",
            "demonstrations.teacher.api-key-variable",
            "demonstrations.teacher.cache-mebibytes",
            "demonstrations.teacher.in-flight",
            "judge.cache-mebibytes",
            "judge.api-key-variable",
            "judge.worker",
            "streams",
            "log.replicas",
            "log.min-in-sync",
            "log.bootstrap",
            "log.registry",
            "log.broker-port",
            "log.registry-port",
            "log.properties",
            "log.properties-file",
            "weights.serve",
            "weights.from",
            "weights.deltas",
            "weights.cache",
            "weights.key-variable");

    static ResolvedConfig of(RunConfig config) {
        ObjectNode tree = ConfigTree.json().valueToTree(config);
        return new ResolvedConfig(config, tree, digest(decisive(tree)));
    }

    /**
     * Creates the learners that {@code trainer.learner} names, which train all weights, for the warm-up. Nothing is connected
     * before a policy is opened.
     *
     * @param environment environment variables
     * @throws WrongUseException if a variable with a key is not set
     */
    public Learners learners(Map<String, String> environment) {
        return learners(Optional.empty(), environment);
    }

    /**
     * Creates the learners of reinforcement learning, which train the adapter if there is one.
     *
     * @param environment environment variables
     * @throws WrongUseException if a variable with a key is not set
     */
    public Learners policyLearners(Map<String, String> environment) {
        return learners(
                config.trainer().adapterShape().map(shape -> new NewAdapter(shape, config.seed())), environment);
    }

    private Learners learners(Optional<NewAdapter> adapter, Map<String, String> environment) {
        String client = config.run() + ", configuration " + digest.substring(0, SHOWN_DIGITS);
        ModelLearners embedded = new ModelLearners(config.trainer().memoryMebibytes(), adapter);
        return config.trainer().learner().learners(embedded, adapter, client, environment);
    }

    /** Returns the configuration as YAML, without secrets. */
    public String printed() {
        return write(hidden());
    }

    /** Returns a copy of the tree without secrets. */
    public ObjectNode hidden() {
        ObjectNode copy = tree.deepCopy();
        if (copy.path("log").path("properties") instanceof ObjectNode properties) {
            properties.fieldNames().forEachRemaining(key -> {
                if (SECRET.matcher(key.toLowerCase(Locale.ROOT)).find()) {
                    properties.put(key, HIDDEN);
                }
            });
        }
        hideUsers(copy);
        return copy;
    }

    /** Removes user names and passwords from every address. */
    private static void hideUsers(JsonNode node) {
        if (node instanceof ObjectNode keys) {
            keys.properties().forEach(entry -> {
                if (entry.getValue().isTextual()) {
                    entry.setValue(TextNode.valueOf(
                            PrintableAddress.of(entry.getValue().asText())));
                }
            });
        }
        node.forEach(ResolvedConfig::hideUsers);
    }

    /**
     * Returns the differences from an earlier configuration in settings that decide the results, one line per key with its
     * path, old and new value.
     *
     * @param printedBefore earlier configuration, as {@link #printed()} returned it, perhaps in an earlier release: a key that
     *     it lacks had its default
     */
    public List<String> differencesFrom(String printedBefore) {
        try {
            ObjectNode before = read(printedBefore);
            return ConfigTree.differences(decisive(withDefaults(before)), decisive(tree));
        } catch (ConfigurationException e) {
            return e.problems();
        }
    }

    /**
     * Returns this configuration with the digest that the records of a run have: that of the configuration of its first start,
     * which may be of an earlier release with fewer keys.
     *
     * @param printedBefore configuration of the first start, from which this one does not differ
     */
    public ResolvedConfig continuing(String printedBefore) {
        return new ResolvedConfig(config, tree, digest(decisive(read(printedBefore))));
    }

    private static ObjectNode read(String printed) {
        try {
            if (ConfigTree.yaml().readTree(printed) instanceof ObjectNode keys) {
                return keys;
            }
            throw new ConfigurationException(
                    List.of("the earlier configuration has no keys, expected keys with values"));
        } catch (JsonProcessingException e) {
            throw new ConfigurationException(
                    List.of("the earlier configuration is not YAML (" + e.getOriginalMessage() + ")"));
        }
    }

    /** Returns a configuration as this release resolves it; as it is if this release does not know all of its keys. */
    private static ObjectNode withDefaults(ObjectNode before) {
        try {
            return new ConfigurationLoader().keys(before.deepCopy()).load().tree();
        } catch (ConfigurationException e) {
            return before;
        }
    }

    private static ObjectNode decisive(ObjectNode tree) {
        ObjectNode copy = tree.deepCopy();
        for (String path : WITHOUT_EFFECT_ON_RESULTS) {
            int dot = path.lastIndexOf('.');
            if (dot < 0) {
                copy.remove(path);
            } else if (copy.at("/" + path.substring(0, dot).replace('.', '/')) instanceof ObjectNode section) {
                section.remove(path.substring(dot + 1));
            }
        }
        return copy;
    }

    /**
     * Returns the SHA-256 of the settings that decide a shadow's scores, 64 hexadecimal digits, which its records carry.
     *
     * @param shadow name of a shadow of this configuration
     */
    public String shadowDigest(String shadow) {
        return digest(ShadowDefaults.decisive(tree, shadow));
    }

    private static String digest(ObjectNode tree) {
        return Sha256.of(ConfigTree.canonical(tree));
    }

    private static String write(ObjectNode tree) {
        try {
            return ConfigTree.yaml().writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
