package dev.longstream.runs.config;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Operations on a configuration as a JSON tree. Keys are hyphenated words; a path joins keys with dots and gives list items an
 * index in brackets, e.g. {@code phases[0].steps}.
 */
final class ConfigTree {
    private static final Pattern STEP = Pattern.compile("([^.\\[\\]]+)|\\[(\\d+)]");

    private ConfigTree() {}

    /** Returns a mapper for YAML with hyphenated keys, file paths as text and durations such as {@code 5m}. */
    static ObjectMapper yaml() {
        YAMLFactory format = YAMLFactory.builder()
                .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
                .build();
        return configured(new ObjectMapper(format));
    }

    /** Returns a mapper for JSON with the same conventions. */
    static ObjectMapper json() {
        return configured(JsonMapper.builder().build());
    }

    private static ObjectMapper configured(ObjectMapper mapper) {
        SimpleModule words = new SimpleModule();
        words.addSerializer(Path.class, written(Path::toString));
        words.addSerializer(Duration.class, written(DurationText::write));
        words.addSerializer(Enum.class, written(ConfigTree::word));
        words.addSerializer(Record.class, new RecordWriter());
        return mapper.setPropertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
                .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .registerModule(words);
    }

    /** Returns the spelling of an enum constant in a configuration file. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static <T> JsonSerializer<T> written(Function<? super T, String> text) {
        return new JsonSerializer<>() {
            @Override
            public void serialize(T value, JsonGenerator out, SerializerProvider provider) throws IOException {
                out.writeString(text.apply(value));
            }
        };
    }

    /** Merges {@code over} into {@code base}: objects key by key; any other value replaces the old one. */
    static void merge(ObjectNode base, ObjectNode over) {
        for (Map.Entry<String, JsonNode> entry : over.properties()) {
            JsonNode below = base.get(entry.getKey());
            if (below instanceof ObjectNode object && entry.getValue() instanceof ObjectNode upper) {
                merge(object, upper);
            } else {
                base.set(entry.getKey(), entry.getValue().deepCopy());
            }
        }
    }

    /**
     * Sets the value at a path such as {@code phases[0].steps}. Creates missing objects; list items must exist.
     *
     * @param maps paths of values whose keys are any text, dots included, such as {@code log.properties}
     * @return error message for a wrong path; "" on success
     */
    static String put(ObjectNode root, String path, JsonNode value, Collection<String> maps) {
        List<Object> steps = steps(path, maps);
        if (steps.isEmpty()) {
            return "'" + path + "' is not a path of keys such as trainer.learning-rate or phases[0].steps";
        }
        JsonNode at = root;
        for (int i = 0; i < steps.size(); i++) {
            boolean last = i == steps.size() - 1;
            if (steps.get(i) instanceof Integer index) {
                if (!(at instanceof ArrayNode list) || index >= list.size()) {
                    return "'" + path + "' names item " + index + " of a list with " + at.size()
                            + " items; the first item is 0";
                }
                if (last) {
                    list.set(index, value);
                }
                at = list.get(index);
            } else {
                if (!(at instanceof ObjectNode object)) {
                    return "'" + path + "' names a key of a value that has no keys";
                }
                String key = (String) steps.get(i);
                if (last) {
                    object.set(key, value);
                } else if (object.get(key) == null || object.get(key).isNull()) {
                    object.putObject(key);
                }
                at = object.get(key);
            }
        }
        return "";
    }

    /** Returns the value with a text of its own for each key: {@code {sasl: {mechanism: PLAIN}}} as {@code sasl.mechanism}. */
    static ObjectNode flat(ObjectNode map) {
        ObjectNode flat = map.objectNode();
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            if (entry.getValue() instanceof ObjectNode inner) {
                flat(inner)
                        .properties()
                        .forEach(below -> flat.set(entry.getKey() + "." + below.getKey(), below.getValue()));
            } else {
                flat.set(entry.getKey(), entry.getValue());
            }
        }
        return flat;
    }

    private static List<Object> steps(String path, Collection<String> maps) {
        for (String map : maps) {
            if (path.startsWith(map + ".")) {
                List<Object> steps = new ArrayList<>(steps(map, List.of()));
                steps.add(path.substring(map.length() + 1));
                return steps;
            }
        }
        List<Object> steps = new ArrayList<>();
        Matcher matcher = STEP.matcher(path);
        while (matcher.find()) {
            steps.add(matcher.group(2) == null ? matcher.group(1) : Integer.valueOf(matcher.group(2)));
        }
        return steps;
    }

    /** Returns the tree as one line of JSON with sorted keys, the input of the digest. */
    static String canonical(JsonNode node) {
        try {
            return json().writeValueAsString(sorted(node));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode sorted(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode sorted = object.objectNode();
            TreeSet<String> keys = new TreeSet<>();
            object.fieldNames().forEachRemaining(keys::add);
            keys.forEach(key -> sorted.set(key, sorted(object.get(key))));
            return sorted;
        }
        if (node instanceof ArrayNode list) {
            ArrayNode sorted = list.arrayNode();
            list.forEach(item -> sorted.add(sorted(item)));
            return sorted;
        }
        return node;
    }

    /** Returns the paths whose values differ between two trees, in alphabetical order, with old and new value. */
    static List<String> differences(JsonNode before, JsonNode after) {
        List<String> found = new ArrayList<>();
        differences("", before, after, found);
        return found;
    }

    private static void differences(String path, JsonNode before, JsonNode after, List<String> found) {
        if (before instanceof ObjectNode left && after instanceof ObjectNode right) {
            TreeSet<String> keys = new TreeSet<>();
            left.fieldNames().forEachRemaining(keys::add);
            right.fieldNames().forEachRemaining(keys::add);
            for (String key : keys) {
                differences(path.isEmpty() ? key : path + "." + key, left.path(key), right.path(key), found);
            }
        } else if (before instanceof ArrayNode left
                && after instanceof ArrayNode right
                && left.size() == right.size()) {
            for (int i = 0; i < left.size(); i++) {
                differences(path + "[" + i + "]", left.get(i), right.get(i), found);
            }
        } else if (!canonical(before).equals(canonical(after))) {
            found.add(path + ": was " + canonical(before) + ", now " + canonical(after));
        }
    }
}
