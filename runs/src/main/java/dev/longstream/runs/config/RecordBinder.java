package dev.longstream.runs.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.config.ConfigurationException;
import org.jspecify.annotations.Nullable;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Converts a configuration tree into records and collects every error: unknown keys, values of another type, and values that
 * a record's constructor rejects.
 *
 * <p>A missing key takes its value from the record's constant {@code DEFAULT}, if the record has one.
 */
final class RecordBinder {
    /** Paths of texts by name in which a null is a value, not an absent key. */
    private static final Set<String> NULL_IS_A_VALUE = Set.of("judge.worker.parameters");

    private final ObjectMapper mapper = ConfigTree.json();
    private final List<String> problems = new ArrayList<>();

    /**
     * Binds a tree to a record.
     *
     * @throws ConfigurationException with all problems and their paths
     */
    static <T extends Record> T bind(JsonNode tree, Class<T> type) {
        RecordBinder binder = new RecordBinder();
        Object bound = binder.record(tree, type, "");
        if (bound == null || !binder.problems.isEmpty()) {
            throw new ConfigurationException(binder.problems);
        }
        return type.cast(bound);
    }

    private @Nullable Object record(JsonNode node, Class<?> type, String path) {
        List<String> known = RecordKeys.of(type);
        if (!(node instanceof ObjectNode given)) {
            problems.add(at(path) + " is " + node + ", expected keys: " + String.join(", ", known));
            return null;
        }
        for (var entry : given.properties()) {
            if (!known.contains(entry.getKey())) {
                problems.add(child(path, entry.getKey()) + " is not a configuration key"
                        + Suggestion.of(entry.getKey(), known));
            }
        }
        return components(withDefaults(given, type), type, path);
    }

    private @Nullable Object components(ObjectNode keys, Class<?> type, String path) {
        RecordComponent[] components = type.getRecordComponents();
        @Nullable Object[] values = new Object[components.length];
        boolean complete = true;
        boolean checkable = true;
        for (int i = 0; i < components.length; i++) {
            int before = problems.size();
            values[i] = component(keys, components[i], path);
            if (problems.size() > before) {
                complete = false;
                // What the other components contradict shows only once the record is made, with a stand-in for this
                // one.
                values[i] = RecordKeys.isInline(components[i]) ? defaultOf(type, components[i]) : null;
                checkable &= values[i] != null;
            }
        }
        Object made = checkable ? construct(type, components, values, path) : null;
        return complete ? made : null;
    }

    private @Nullable Object component(ObjectNode keys, RecordComponent component, String path) {
        String key = RecordKeys.of(component);
        if (RecordKeys.isChoice(component)) {
            return choice(keys, component, path);
        }
        if (RecordKeys.isInline(component)) {
            return components(withDefaults(keys, component.getType()), component.getType(), path);
        }
        return value(keys.get(key), component.getGenericType(), child(path, key));
    }

    /** The record that the key of a sealed interface names; keys that only other records take are problems. */
    private @Nullable Object choice(ObjectNode keys, RecordComponent component, String path) {
        Class<?> choice = component.getType();
        String key = RecordKeys.of(component);
        String word = keys.path(key).asText();
        Class<?> chosen = RecordKeys.alternative(choice, word).orElse(null);
        List<Class<?>> alternatives = RecordKeys.alternatives(choice);
        if (chosen == null) {
            List<String> words = alternatives.stream().map(RecordKeys::word).toList();
            problems.add(child(path, key) + " is " + keys.path(key) + ", expected one of " + String.join(", ", words));
            return null;
        }
        List<String> own = RecordKeys.of(chosen);
        alternatives.stream()
                .flatMap(other -> RecordKeys.of(other).stream())
                .distinct()
                .filter(other -> keys.has(other) && !own.contains(other))
                .forEach(other -> problems.add(child(path, other) + " is " + keys.get(other) + ", but " + key + " "
                        + word + " takes " + (own.isEmpty() ? "no settings" : "only " + String.join(", ", own))));
        return components(withDefaults(keys, chosen), chosen, path);
    }

    /** The given keys, and the defaults of those that are not given. */
    private ObjectNode withDefaults(ObjectNode given, Class<?> type) {
        ObjectNode keys = defaults(type);
        if (keys == null) {
            return given;
        }
        RecordKeys.forgetOtherAlternatives(type, keys, given);
        ConfigTree.merge(keys, given);
        return keys;
    }

    private @Nullable Object value(@Nullable JsonNode node, Type type, String path) {
        if (node == null || node.isNull() || node.isMissingNode()) {
            if (type instanceof Class<?> plain && plain.isPrimitive()) {
                problems.add(path + " is missing, expected " + described(plain));
            }
            return null;
        }
        if (type instanceof ParameterizedType generic) {
            Type last = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
            return Map.class.isAssignableFrom((Class<?>) generic.getRawType())
                    ? map(node, last, path)
                    : list(node, last, path);
        }
        Class<?> plain = (Class<?>) type;
        return plain.isRecord() ? record(node, plain, path) : scalar(node, plain, path);
    }

    private @Nullable Object list(JsonNode node, Type item, String path) {
        if (!node.isArray()) {
            problems.add(path + " is " + node + ", expected a list");
            return null;
        }
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            Object value = value(node.get(i), item, path + "[" + i + "]");
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    private @Nullable Object map(JsonNode node, Type item, String path) {
        if (!node.isObject()) { // not printed: it may be a secret in the wrong place
            problems.add(
                    path + " is " + node.getNodeType().name().toLowerCase(Locale.ROOT) + ", expected keys with values");
            return null;
        }
        Map<String, Object> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String child = path + "." + entry.getKey();
            if (entry.getValue().isArray()) { // not printed either
                problems.add(child + " is a list, expected " + described((Class<?>) item));
                continue;
            }
            Object value = entry.getValue().isNull() && NULL_IS_A_VALUE.contains(path)
                    ? "null"
                    : value(entry.getValue(), item, child);
            if (value != null) {
                values.put(entry.getKey(), value);
            }
        }
        return values;
    }

    private @Nullable Object scalar(JsonNode node, Class<?> type, String path) {
        try {
            if (node.isContainerNode()) {
                throw new IllegalArgumentException("a list or keys");
            }
            if (type == Path.class) {
                return Path.of(node.asText());
            }
            if (type == Duration.class) {
                return DurationText.parse(node.asText());
            }
            if (type.isEnum()) {
                return constant(node.asText(), type);
            }
            if (type == String.class) {
                return node.asText();
            }
            if ((type == boolean.class || type == Boolean.class) && !node.isBoolean()) {
                throw new IllegalArgumentException("no boolean");
            }
            boolean whole = type == int.class || type == Integer.class || type == long.class || type == Long.class;
            if ((whole && !node.isIntegralNumber()) || (!whole && isNumber(type) && !node.isNumber())) {
                throw new IllegalArgumentException("no such number");
            }
            return mapper.treeToValue(node, type);
        } catch (IllegalArgumentException | JsonProcessingException e) {
            problems.add(path + " is " + node + ", expected " + described(type));
            return null;
        }
    }

    private static boolean isNumber(Class<?> type) {
        return type == double.class || type == float.class || Number.class.isAssignableFrom(type);
    }

    private static Object constant(String text, Class<?> type) {
        for (Object constant : type.getEnumConstants()) {
            if (ConfigTree.word((Enum<?>) constant).equalsIgnoreCase(text)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("no such word");
    }

    private static String described(Class<?> type) {
        if (type.isRecord()) {
            return "keys: " + String.join(", ", RecordKeys.of(type));
        }
        if (type.isEnum()) {
            return "one of "
                    + String.join(
                            ", ",
                            Arrays.stream(type.getEnumConstants())
                                    .map(constant -> ConfigTree.word((Enum<?>) constant))
                                    .toList());
        }
        if (type == Duration.class) {
            return "a duration such as 500ms, 90s, 5m or 2h";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return "a whole number";
        }
        return isNumber(type) ? "a number" : "a text";
    }

    private @Nullable Object construct(
            Class<?> type, RecordComponent[] components, @Nullable Object[] values, String path) {
        try {
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof ConfigurationException refused) {
                refused.problems().forEach(problem -> problems.add(placed(problem, path)));
                return null;
            }
            throw new IllegalStateException(type + " cannot be made of the configuration at " + at(path), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " has no canonical constructor that can be called", e);
        }
    }

    /** Replaces the prefix that a record gives its keys, such as {@code objective.loss}, by their path in this file. */
    private static String placed(String problem, String path) {
        if (problem.startsWith(path + ".") && !path.isEmpty()) {
            return problem;
        }
        int end = problem.indexOf(' ') < 0 ? problem.length() : problem.indexOf(' ');
        String own = "." + path.replaceAll("\\[\\d+]", "");
        int start = 0;
        for (int dot = problem.indexOf('.'); dot >= 0 && dot < end; dot = problem.indexOf('.', dot + 1)) {
            boolean ofRoot = path.isEmpty() && start == 0;
            if (ofRoot || own.endsWith("." + problem.substring(0, dot))) {
                start = dot + 1;
            }
        }
        return child(path, problem.substring(start > 0 ? start : problem.lastIndexOf('.', end - 1) + 1));
    }

    private @Nullable ObjectNode defaults(Class<?> type) {
        Object instance = defaultOf(type);
        return instance == null ? null : mapper.valueToTree(instance);
    }

    private static @Nullable Object defaultOf(Class<?> type, RecordComponent component) {
        Object instance = defaultOf(type);
        try {
            return instance == null ? null : component.getAccessor().invoke(instance);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + ".DEFAULT has no " + component.getName() + " that can be read", e);
        }
    }

    private static @Nullable Object defaultOf(Class<?> type) {
        try {
            return type.getField("DEFAULT").get(null);
        } catch (NoSuchFieldException e) {
            return null;
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(type + ".DEFAULT cannot be read", e);
        }
    }

    private static String child(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String at(String path) {
        return path.isEmpty() ? "the configuration" : path;
    }
}
