package dev.longstream.runs.config;

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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Lays file, environment and flags over the defaults, in this order, and makes a {@link RunConfig} of it. */
public final class ConfigurationLoader {
    /** Every environment variable of a run begins with it; the rest is the path in capitals, all else as underscores. */
    public static final String ENVIRONMENT_PREFIX = "LONGSTREAM_";

    /** Variables with the prefix that are the launcher's own. */
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
    private final Set<String> given = new HashSet<>();

    /** All of them but those that depend on a name: of the objective, and of the rules' profile. */
    private static ObjectNode defaults() {
        ObjectNode defaults = ConfigTree.json().valueToTree(RunConfig.DEFAULT);
        defaults.putObject(OBJECTIVE);
        defaults.withObject("/" + ScoringProfile.SECTION).remove(ScoringProfile.NUMBER);
        return defaults;
    }

    /** @param file null: none, the defaults alone */
    public ConfigurationLoader file(@Nullable Path file) {
        if (file == null) {
            return this;
        }
        try {
            JsonNode read = yaml.readTree(Files.readString(file));
            if (read instanceof ObjectNode keys) {
                ConfigTree.merge(tree, keys);
                keys.fieldNames().forEachRemaining(given::add);
            } else if (!read.isMissingNode() && !read.isNull()) {
                problems.add(file + " is " + read.getNodeType().name().toLowerCase(Locale.ROOT)
                        + ", expected keys with values");
            }
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            problems.add(file + (at == null ? "" : ", line " + at.getLineNr() + ", column " + at.getColumnNr())
                    + " is no YAML: " + e.getOriginalMessage());
        } catch (IOException e) {
            problems.add("the configuration file " + file + " cannot be read ("
                    + e.getClass().getSimpleName() + ")");
        }
        return this;
    }

    /**
     * Another file of configuration, e.g. a plan of an ablation.
     *
     * @throws ConfigurationException with everything that is wrong with it, by path
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

    /** Takes the variables that begin with {@link #ENVIRONMENT_PREFIX}; each must name a key. */
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

    /** {@code path=value}, as {@code --set} takes it. */
    public ConfigurationLoader set(String assignment) {
        int equals = assignment.indexOf('=');
        if (equals < 1) {
            problems.add("--set " + assignment + " is no path=value, such as trainer.learning-rate=1e-4");
            return this;
        }
        return put(assignment.substring(0, equals).strip(), assignment.substring(equals + 1), "--set");
    }

    /** A flag's value for a key. */
    public ConfigurationLoader put(String path, JsonNode value) {
        nameObjectives(); // so that a path may go on below a name
        String problem = ConfigTree.put(tree, path, value);
        given.add(path.split("[.\\[]", 2)[0]);
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

    /** True when the file, the environment or a flag gave this top-level key, so that it is not the default. */
    public boolean isGiven(String key) {
        return given.contains(key);
    }

    /** Whether a list of sources, as laid down so far, has one that takes its section's files. */
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
            problems.add(origin + ": the value of " + path + " is no YAML: " + e.getOriginalMessage());
            return this;
        }
    }

    /** @throws ConfigurationException with everything that is wrong, by path */
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

    /** Variable to path, for every key that holds a value, a list or free keys. */
    static Map<String, String> environmentNames() {
        Map<String, String> names = new LinkedHashMap<>();
        collect(RunConfig.class, "", names);
        return names;
    }

    private static void collect(Class<?> type, String prefix, Map<String, String> names) {
        for (RecordComponent component : type.getRecordComponents()) {
            String path = prefix + RecordKeys.of(component);
            if (RecordKeys.isChoice(component)) {
                name(path, names);
                RecordKeys.alternatives(component.getType()).forEach(record -> collect(record, prefix, names));
            } else if (component.getType().isRecord()) {
                collect(component.getType(), RecordKeys.isInline(component) ? prefix : path + ".", names);
            } else {
                name(path, names);
            }
        }
    }

    private static void name(String path, Map<String, String> names) {
        String name = ENVIRONMENT_PREFIX + path.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
        String other = names.put(name, path);
        if (other != null && !other.equals(path)) {
            throw new IllegalStateException(name + " would name both " + other + " and " + path);
        }
    }
}
