package dev.longstream.runs.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.files.Sha256;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
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
    private static final String HIDDEN = "(not printed)";
    private static final Pattern SECRET =
            Pattern.compile("password|secret|jaas|token|credential|user\\.info|api[.-]?key|\\.key$|keystore\\.key");
    /** Keys that do not change the results beyond rounding, so that a run may continue with other values. */
    private static final List<String> WITHOUT_EFFECT_ON_RESULTS = List.of(
            "run",
            "dir",
            "stall-after",
            "trainer.memory-mebibytes",
            "trainer.micro-batch-tokens",
            "warm-up.micro-batch-tokens",
            "rollouts.worker.cache-mebibytes",
            "judge.url",
            "judge.cache-mebibytes",
            "judge.api-key-variable",
            "judge.worker",
            "log.replicas",
            "log.bootstrap",
            "log.registry",
            "log.broker-port",
            "log.registry-port",
            "log.properties");

    static ResolvedConfig of(RunConfig config) {
        ObjectNode tree = ConfigTree.json().valueToTree(config);
        return new ResolvedConfig(config, tree, digest(decisive(tree)));
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
        return copy;
    }

    /**
     * Returns the differences from an earlier configuration in settings that decide the results, one line per key with its
     * path, old and new value.
     *
     * @param printedBefore earlier configuration, as {@link #printed()} returned it
     */
    public List<String> differencesFrom(String printedBefore) {
        try {
            JsonNode before = ConfigTree.yaml().readTree(printedBefore);
            return before instanceof ObjectNode keys
                    ? ConfigTree.differences(decisive(keys), decisive(tree))
                    : List.of("the whole configuration: was " + before);
        } catch (JsonProcessingException e) {
            return List.of("the whole configuration: it is not YAML (" + e.getOriginalMessage() + ")");
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
