package dev.longstream.runs.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.config.ConfigurationException;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Merges defaults, file, environment and flags, the later ones over the earlier ones, into a {@link RunConfig}. */
public final class ConfigurationLoader {
    /** Prefix of environment variables for configuration keys; the rest is the path in capitals with underscores. */
    public static final String ENVIRONMENT_PREFIX = "LONGSTREAM_";

    /** Environment variables with the prefix that belong to the launcher. */
    private static final List<String> LAUNCHER = List.of(
            "LONGSTREAM_HEAP",
            "LONGSTREAM_THREADS",
            "LONGSTREAM_ALLOCATOR",
            "LONGSTREAM_JAVA_OPTIONS",
            "LONGSTREAM_CLASSPATH");

    private static final String OBJECTIVE = "objective";
    private static final String PHASES = "phases";

    private final ObjectMapper yaml = ConfigTree.yaml();
    private final ObjectNode tree = defaults();
    private final List<String> problems = new ArrayList<>();

    /** Returns the defaults, except for those that depend on the name of the objective or of the scoring profile. */
    private static ObjectNode defaults() {
        ObjectNode defaults = ConfigTree.json().valueToTree(RunConfig.DEFAULT);
        defaults.putObject(OBJECTIVE);
        defaults.withObject("/" + ScoringProfile.SECTION).remove(ScoringProfile.NUMBER);
        return defaults;
    }

    /**
     * Merges a YAML file.
     *
     * @param file configuration file; null merges nothing
     */
    public ConfigurationLoader file(@Nullable Path file) {
        if (file == null) {
            return this;
        }
        try {
            JsonNode read = yaml.readTree(Files.readString(file));
            if (read instanceof ObjectNode keys) {
                ConfigTree.merge(tree, keys);
            } else if (!read.isMissingNode() && !read.isNull()) {
                problems.add(file + " is " + read.getNodeType().name().toLowerCase(Locale.ROOT)
                        + ", expected keys with values");
            }
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            problems.add(file + (at == null ? "" : ", line " + at.getLineNr() + ", column " + at.getColumnNr())
                    + " is not YAML: " + e.getOriginalMessage());
        } catch (IOException e) {
            problems.add("the configuration file " + file + " cannot be read ("
                    + e.getClass().getSimpleName() + ")");
        }
        return this;
    }

    /**
     * Reads another configuration file, e.g. the plan of an ablation, into a record.
     *
     * @throws ConfigurationException with every error and its path
     */
    public static <T extends Record> T read(Path file, Class<T> type) {
        ConfigurationLoader loader = new ConfigurationLoader();
        loader.tree.removeAll();
        loader.file(file);
        try {
            T read = RecordBinder.bind(loader.tree, type);
            if (loader.problems.isEmpty()) {
                return read;
            }
        } catch (ConfigurationException e) {
            loader.problems.addAll(e.problems());
        }
        throw new ConfigurationException(loader.problems);
    }

    /** Merges the environment variables with {@link #ENVIRONMENT_PREFIX}; each must name a key. */
    public ConfigurationLoader environment(Map<String, String> variables) {
        Map<String, String> paths = environmentNames();
        new TreeMap<>(variables).forEach((name, text) -> {
            if (!name.startsWith(ENVIRONMENT_PREFIX) || LAUNCHER.contains(name)) {
                return;
            }
            String path = paths.get(name);
            if (path == null) {
                problems.add("the environment variable " + name + " names no configuration key"
                        + Suggestion.near(name, paths.keySet()));
            } else {
                put(path, text, "the environment variable " + name);
            }
        });
        return this;
    }

    /** Sets one key from an assignment {@code path=value}, the value of {@code --set}. */
    public ConfigurationLoader set(String assignment) {
        int equals = assignment.indexOf('=');
        if (equals < 1) {
            problems.add("--set " + assignment + " is not of the form path=value, such as trainer.learning-rate=1e-4");
            return this;
        }
        return put(assignment.substring(0, equals).strip(), assignment.substring(equals + 1), "--set");
    }

    /** Sets the value at a path, for a command line flag. */
    public ConfigurationLoader put(String path, JsonNode value) {
        nameObjectives(); // so that a path may name a key of an objective that is only a name
        String problem = ConfigTree.put(tree, path, value);
        if (!problem.isEmpty()) {
            problems.add(problem);
        }
        return this;
    }

    private void nameObjectives() {
        tree.set(OBJECTIVE, ObjectivePreset.named(tree.path(OBJECTIVE)));
        for (JsonNode phase : tree.path(PHASES)) {
            if (phase instanceof ObjectNode keys && keys.has(OBJECTIVE)) {
                keys.set(OBJECTIVE, ObjectivePreset.named(keys.path(OBJECTIVE)));
            }
        }
    }

    /** Returns whether a list of sources, as merged so far, has one that reads the files of its section. */
    public boolean takesSectionFiles(String path) {
        for (JsonNode source : tree.at("/" + path.replace('.', '/'))) {
            if (!source.hasNonNull("files") && !source.hasNonNull("generate")) {
                return true;
            }
        }
        return false;
    }

    private ConfigurationLoader put(String path, String text, String origin) {
        try {
            JsonNode value = yaml.readTree(text);
            return put(path, value.isMissingNode() ? NullNode.getInstance() : value);
        } catch (JsonProcessingException e) {
            problems.add(origin + ": the value of " + path + " is not YAML: " + e.getOriginalMessage());
            return this;
        }
    }

    /**
     * Returns the merged configuration.
     *
     * @throws ConfigurationException with every error and its path
     */
    public ResolvedConfig load() {
        int maxTokens = tree.path("sampling").path("max-tokens").asInt();
        JsonNode given = tree.path(OBJECTIVE).deepCopy();
        tree.set(OBJECTIVE, ObjectivePreset.expand(tree.path(OBJECTIVE), maxTokens, problems));
        ObjectivePreset.expandPhases(tree.path(PHASES), given, tree.path(OBJECTIVE), maxTokens, problems);
        ScoringProfile.expand(tree.path(ScoringProfile.SECTION));
        try {
            RunConfig config = RecordBinder.bind(tree, RunConfig.class);
            if (problems.isEmpty()) {
                return ResolvedConfig.of(config);
            }
        } catch (ConfigurationException e) {
            problems.addAll(e.problems());
        }
        throw new ConfigurationException(problems);
    }

    /** Returns the path of each configuration key by its environment variable, for values, lists and maps. */
    static Map<String, String> environmentNames() {
        Map<String, String> names = new LinkedHashMap<>();
        collect(RunConfig.class, "", names);
        return names;
    }

    private static void collect(Class<?> type, String prefix, Map<String, String> names) {
        List<String> keys = RecordBinder.keys(type);
        RecordComponent[] components = type.getRecordComponents();
        for (int i = 0; i < components.length; i++) {
            String path = prefix + keys.get(i);
            if (components[i].getType().isRecord()) {
                collect(components[i].getType(), path + ".", names);
            } else {
                String name = ENVIRONMENT_PREFIX + path.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
                String other = names.put(name, path);
                if (other != null) {
                    throw new IllegalStateException(name + " would name both " + other + " and " + path);
                }
            }
        }
    }
}
