package dev.longstream.runs.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Writes {@code docs/configuration.md} from the records of the configuration: keys from their components, meanings from their
 * Javadoc, defaults from the configuration of a run that says nothing.
 */
final class ConfigurationPage {
    private static final String START =
            """
            # Configuration

            **Every key of a configuration file, its default and its meaning.** This page is generated from the source; refresh it with
            `mvn -pl runs -am test -Dtest=ConfigurationPageTest -Dsurefire.failIfNoSpecifiedTests=false -Dlongstream.write-docs=true`.

            A key has its default until the file of `--config`, an environment variable or a flag gives another value; the later one wins.
            `trainer.learning-rate` is `LONGSTREAM_TRAINER_LEARNING_RATE` as a variable and `--set trainer.learning-rate=1e-4` as a flag.
            An unknown key is an error. `longstream train --dry-run` prints the whole configuration and starts nothing.

            """;

    private final StringBuilder page = new StringBuilder(START);
    private final Set<String> keys = new LinkedHashSet<>();
    private final Set<Class<?>> items = new LinkedHashSet<>();
    private final List<String> rows = new ArrayList<>();
    private final List<String> unexplained = new ArrayList<>();

    /** The whole page, as Markdown. */
    String write() {
        JsonNode defaults = new ConfigurationLoader().load().tree();
        List<RecordComponent> sections = new ArrayList<>();
        page.append("## Keys at the top\n\n");
        topLevel(RunConfig.class, defaults, sections);
        table();
        for (RecordComponent section : sections) {
            String key = key(section);
            page.append("## `").append(key).append("`\n\n");
            describe(section.getType());
            components(section.getType(), key + ".", defaults.path(key));
            table();
        }
        page.append("## Entries of lists\n\n");
        for (int done = 0; done < items.size(); done++) { // an entry may have lists of its own
            Class<?> item = List.copyOf(items).get(done);
            page.append("### ").append(title(item)).append("\n\n");
            describe(item);
            components(item, "", defaultsOf(item));
            table();
        }
        if (!unexplained.isEmpty()) {
            throw new IllegalStateException("Keys without a @param in their record's Javadoc: " + unexplained);
        }
        return page.toString().stripTrailing() + "\n";
    }

    /** Full paths of the keys on the page, without those of entries of lists. */
    Set<String> keys() {
        return keys;
    }

    private void topLevel(Class<?> type, JsonNode defaults, List<RecordComponent> sections) {
        RecordJavadoc javadoc = RecordJavadoc.of(type);
        for (RecordComponent component : type.getRecordComponents()) {
            if (RecordKeys.isInline(component) && !RecordKeys.isChoice(component)) {
                topLevel(component.getType(), defaults, sections);
            } else if (component.getType().isRecord()) {
                sections.add(component);
            } else {
                component(component, javadoc, "", defaults);
            }
        }
    }

    private void components(Class<?> type, String prefix, JsonNode defaults) {
        RecordJavadoc javadoc = RecordJavadoc.of(type);
        for (RecordComponent component : type.getRecordComponents()) {
            component(component, javadoc, prefix, defaults);
        }
    }

    private void component(RecordComponent component, RecordJavadoc javadoc, String prefix, JsonNode defaults) {
        Class<?> type = component.getType();
        String key = key(component);
        if (RecordKeys.isChoice(component)) {
            choice(component, javadoc, prefix, defaults);
        } else if (RecordKeys.isInline(component)) {
            components(type, prefix, defaults);
        } else if (type.isRecord() && !isFolded(component, defaults.path(key))) {
            JsonNode own = defaults.path(key);
            components(type, prefix + key + ".", own.isMissingNode() ? defaultsOf(type) : own);
        } else {
            row(
                    prefix + key,
                    defaults.path(key),
                    values(component),
                    javadoc.components().get(component.getName()));
        }
    }

    /** The record's constant {@code DEFAULT}, which fills keys that are left out; missing where it has none. */
    private static JsonNode defaultsOf(Class<?> type) {
        try {
            return ConfigTree.json().valueToTree(type.getField("DEFAULT").get(null));
        } catch (NoSuchFieldException e) {
            return MissingNode.getInstance();
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(type + ".DEFAULT cannot be read", e);
        }
    }

    /** An entry of a list may hold a section that is explained elsewhere on the page, such as a phase's objective. */
    private static boolean isFolded(RecordComponent component, JsonNode value) {
        return value.isMissingNode() && component.getType().getSimpleName().endsWith("Section");
    }

    private void choice(RecordComponent component, RecordJavadoc javadoc, String prefix, JsonNode defaults) {
        List<Class<?>> alternatives = RecordKeys.alternatives(component.getType());
        String key = key(component);
        row(
                prefix + key,
                defaults.path(key),
                alternatives.stream()
                        .map(alternative -> "`" + RecordKeys.word(alternative) + "`")
                        .collect(Collectors.joining(", ")),
                javadoc.components().get(component.getName()));
        for (Class<?> alternative : alternatives) {
            boolean chosen = RecordKeys.word(alternative)
                    .equalsIgnoreCase(defaults.path(key).asText());
            RecordJavadoc own = RecordJavadoc.of(alternative);
            for (RecordComponent setting : alternative.getRecordComponents()) {
                row(
                        prefix + key(setting),
                        (chosen ? defaults : defaultsOf(alternative)).path(key(setting)),
                        values(setting),
                        "with `" + RecordKeys.word(alternative) + "`: "
                                + own.components().get(setting.getName()));
            }
        }
    }

    private void row(String path, JsonNode value, String values, String meaning) {
        if (meaning == null || meaning.isBlank()) {
            unexplained.add(path);
        }
        keys.add(path);
        rows.add("| `" + path + "` | " + defaultOf(value) + " | "
                + (meaning + (values.isEmpty() ? "" : " (" + values + ")")).replace("|", "\\|") + " |");
    }

    private void table() {
        page.append("| key | default | meaning |\n|---|---|---|\n");
        rows.forEach(row -> page.append(row).append('\n'));
        page.append('\n');
        rows.clear();
    }

    private void describe(Class<?> type) {
        String description = RecordJavadoc.of(type).description();
        if (!description.isBlank()) {
            page.append(description).append("\n\n");
        }
    }

    /**
     * Describes the values of a key that its default does not show: the words of an enumeration, or entries that have a
     * table.
     */
    private String values(RecordComponent component) {
        Class<?> type = component.getType();
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(constant -> "`" + ConfigTree.word((Enum<?>) constant) + "`")
                    .collect(Collectors.joining(", "));
        }
        if (type == Duration.class) {
            return "a duration such as `90s` or `5m`";
        }
        if (component.getGenericType() instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            Type last = arguments[arguments.length - 1];
            if (last instanceof Class<?> item && item.isRecord() && !Map.class.isAssignableFrom(type)) {
                items.add(item);
                return "a list; see [" + title(item) + "](#"
                        + title(item).toLowerCase(Locale.ROOT).replace(' ', '-') + ")";
            }
            return Map.class.isAssignableFrom(type)
                    ? "keys with values"
                    : last == Path.class ? "a list of files" : "a list";
        }
        if (type.isRecord()) {
            return "keys as in `" + RecordKeys.word(type).replace("-section", "") + "`";
        }
        return "";
    }

    private static String defaultOf(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return "–";
        }
        if (value.isArray() && !value.isEmpty() && value.get(0).isObject()) {
            return value.size() + (value.size() == 1 ? " entry" : " entries");
        }
        return "`" + (value.isTextual() ? value.asText() : value.toString()) + "`";
    }

    private static String title(Class<?> item) {
        return "Entry " + RecordKeys.word(item).replace("-section", "").replace('-', ' ');
    }

    private static String key(RecordComponent component) {
        return RecordKeys.of(component);
    }
}
