package dev.longstream.runs.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.longstream.config.ConfigurationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

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
            "LONGSTREAM_LOG_FORMAT",
            "LONGSTREAM_CLASSPATH");

    private static final Pattern SERVICE_VARIABLE =
            Pattern.compile(".*_SERVICE_(HOST|PORT(_.*)?)|.*_PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?");
    private static final Pattern SERVICE_ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");
    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationLoader.class);

    /** Paths of the values that are maps of texts: their keys are any text and may have dots. */
    private static final List<String> MAPS = maps();

    private static final String OBJECTIVE = "objective";
    private static final String PHASES = "phases";

    private final ObjectMapper yaml = ConfigTree.yaml();
    private final ObjectNode tree = defaults();
    private final List<String> problems = new ArrayList<>();
    private final Set<String> given = new HashSet<>();

    /**
     * Returns the defaults, except for those that depend on the name of the objective or of the scoring profile, or on a
     * cluster.
     */
    private static ObjectNode defaults() {
        ObjectNode defaults = ConfigTree.json().valueToTree(RunConfig.DEFAULT);
        defaults.putObject(OBJECTIVE);
        defaults.withObject("/" + ScoringProfile.SECTION).remove(ScoringProfile.NUMBER);
        ClusterDefaults.remove(defaults);
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
                keys(keys);
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

    /** Merges keys that were read from a file. */
    ConfigurationLoader keys(ObjectNode keys) {
        for (String map : MAPS) {
            JsonPointer pointer = JsonPointer.compile("/" + map.replace('.', '/'));
            if (keys.at(pointer) instanceof ObjectNode value && keys.at(pointer.head()) instanceof ObjectNode section) {
                section.set(pointer.last().getMatchingProperty(), ConfigTree.flat(value));
            }
        }
        ConfigTree.merge(tree, keys);
        keys.fieldNames().forEachRemaining(given::add);
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
            String path = paths.get(name);
            if (path != null && !isOfService(name, text)) {
                put(path, text, "the environment variable " + name);
            }
        });
        List<String> unknown = unknown(variables);
        if (!unknown.isEmpty()) {
            LOG.warn("Ignored, since they name no configuration key: {}", String.join(", ", unknown));
        }
        return this;
    }

    /**
     * Returns the variables with the prefix that belong neither to a key, nor to the launcher, nor to a service. Each
     * is followed by a suggestion.
     */
    static List<String> unknown(Map<String, String> variables) {
        Collection<String> known = environmentNames().keySet();
        return new TreeMap<>(variables)
                .entrySet().stream()
                        .filter(variable -> variable.getKey().startsWith(ENVIRONMENT_PREFIX))
                        .filter(variable -> !known.contains(variable.getKey()) && !LAUNCHER.contains(variable.getKey()))
                        .filter(variable -> !isOfService(variable.getKey(), variable.getValue()))
                        .map(variable -> variable.getKey() + suggestion(variable.getKey(), known))
                        .toList();
    }

    private static String suggestion(String name, Collection<String> known) {
        List<String> words = known.stream()
                .map(variable -> variable.substring(ENVIRONMENT_PREFIX.length()))
                .toList();
        String near = Suggestion.near(name.substring(ENVIRONMENT_PREFIX.length()), words);
        return near.isEmpty() ? "" : near.replace("; did you mean ", " (did you mean " + ENVIRONMENT_PREFIX) + ")";
    }

    /**
     * Returns whether Kubernetes, or a link of Docker, sets this variable for a service. For {@code NAME_PORT} the
     * value decides, because a key may have such a name.
     */
    private static boolean isOfService(String name, String text) {
        return SERVICE_VARIABLE.matcher(name).matches()
                || (name.endsWith("_PORT") && SERVICE_ADDRESS.matcher(text).matches());
    }

    /** Sets the value of an assignment {@code path=value}, the form of {@code --set}. */
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
        boolean map = MAPS.contains(path) && value instanceof ObjectNode;
        String problem = ConfigTree.put(tree, path, map ? ConfigTree.flat((ObjectNode) value) : value, MAPS);
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

    /**
     * Returns whether the list of sources at this path, as merged so far, has a source that reads the files of its
     * section.
     */
    public boolean takesSectionFiles(String path) {
        for (JsonNode source : tree.at("/" + path.replace('.', '/'))) {
            if (takesSectionFiles(source)) {
                return true;
            }
        }
        return false;
    }

    private static boolean takesSectionFiles(JsonNode source) {
        return !source.hasNonNull("files") && !source.hasNonNull("generate");
    }

    /** Removes sources of demonstrations without files, for commands that read none. */
    public ConfigurationLoader withoutUnnamedDemonstrations() {
        JsonNode section = tree.path("demonstrations");
        if (!section.hasNonNull("files") && section.path("sources") instanceof ArrayNode sources) {
            for (int i = sources.size() - 1; i >= 0; i--) {
                if (takesSectionFiles(sources.get(i))) {
                    sources.remove(i);
                }
            }
        }
        return this;
    }

    private ConfigurationLoader put(String path, String text, String origin) {
        if (MAPS.stream().anyMatch(map -> path.startsWith(map + "."))) {
            return put(path, TextNode.valueOf(text)); // a property is a text as it is, whatever YAML would make of it
        }
        try {
            JsonNode value = yaml.readTree(text);
            return put(path, value.isMissingNode() ? NullNode.getInstance() : value);
        } catch (JsonProcessingException e) {
            // The parser quotes the text, in which there may be a password.
            problems.add(origin + ": the value of " + path + " is not YAML"
                    + (MAPS.contains(path) ? "" : ": " + e.getOriginalMessage()));
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
        ShadowDefaults.expand(tree);
        ClusterDefaults.expand(tree);
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
        collect(RunConfig.class, "", (path, component) -> name(path, names));
        return names;
    }

    /** Returns the paths of the values that are maps of texts. */
    private static List<String> maps() {
        List<String> maps = new ArrayList<>();
        collect(RunConfig.class, "", (path, component) -> {
            if (component.getGenericType() instanceof ParameterizedType generic
                    && Map.class.isAssignableFrom(component.getType())
                    && generic.getActualTypeArguments()[1] == String.class) {
                maps.add(path);
            }
        });
        return List.copyOf(maps);
    }

    private static void collect(Class<?> type, String prefix, BiConsumer<String, RecordComponent> use) {
        for (RecordComponent component : type.getRecordComponents()) {
            String path = prefix + RecordKeys.of(component);
            if (RecordKeys.isChoice(component)) {
                use.accept(path, component);
                RecordKeys.alternatives(component.getType()).forEach(record -> collect(record, prefix, use));
            } else if (component.getType().isRecord()) {
                collect(component.getType(), RecordKeys.isInline(component) ? prefix : path + ".", use);
            } else {
                use.accept(path, component);
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
