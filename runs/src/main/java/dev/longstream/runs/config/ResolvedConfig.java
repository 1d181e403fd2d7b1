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
 * A configuration with every default in it, and the digest that records carry.
 *
 * @param config the records
 * @param tree the same as keys and values; holds secrets, so print {@link #printed()}
 * @param digest SHA-256 of what decides the run's results, 64 hexadecimal digits: not its name, folder, addresses, memory or patience
 */
public record ResolvedConfig(RunConfig config, ObjectNode tree, String digest) {
    private static final String HIDDEN = "(not printed)";
    private static final Pattern SECRET =
            Pattern.compile("password|secret|jaas|token|credential|user\\.info|api[.-]?key|\\.key$|keystore\\.key");
    /** Keys that do not change what is computed, or but its rounding, so that a run may go on with others. */
    private static final List<String> WHERE_AND_WHEN = List.of(
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

    /** The configuration as YAML, secrets left out. */
    public String printed() {
        return write(hidden());
    }

    /** The same as a tree. */
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
     * What decides the results and is otherwise in a configuration that was {@link #printed()} before.
     *
     * @return one line a key: its path, what it was and what it is
     */
    public List<String> differencesFrom(String printedBefore) {
        try {
            JsonNode before = ConfigTree.yaml().readTree(printedBefore);
            return before instanceof ObjectNode keys
                    ? ConfigTree.differences(decisive(keys), decisive(tree))
                    : List.of("the whole configuration: was " + before);
        } catch (JsonProcessingException e) {
            return List.of("the whole configuration: it is no YAML (" + e.getOriginalMessage() + ")");
        }
    }

    private static ObjectNode decisive(ObjectNode tree) {
        ObjectNode copy = tree.deepCopy();
        for (String path : WHERE_AND_WHEN) {
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
