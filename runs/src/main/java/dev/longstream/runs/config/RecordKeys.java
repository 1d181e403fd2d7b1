package dev.longstream.runs.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.config.Inline;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Keys of a record in a configuration file; the components of an {@link Inline} record are keys of the record around it. */
final class RecordKeys {
    private RecordKeys() {}

    /** Every key a record may have, in order; those of every alternative where a component is a choice. */
    static List<String> of(Class<?> type) {
        Set<String> keys = new LinkedHashSet<>();
        for (RecordComponent component : type.getRecordComponents()) {
            if (!isInline(component) || isChoice(component)) {
                keys.add(of(component));
            }
            if (isInline(component)) {
                (isChoice(component) ? alternatives(component.getType()) : List.<Class<?>>of(component.getType()))
                        .forEach(inner -> keys.addAll(of(inner)));
            }
        }
        return List.copyOf(keys);
    }

    /** The key of a component itself. */
    static String of(RecordComponent component) {
        return hyphenated(component.getName());
    }

    static boolean isInline(RecordComponent component) {
        return component.isAnnotationPresent(Inline.class);
    }

    /** Returns whether a component takes one of several records, selected by the component's own key. */
    static boolean isChoice(RecordComponent component) {
        return isInline(component) && component.getType().isSealed();
    }

    /** The records that a sealed interface permits. */
    static List<Class<?>> alternatives(Class<?> choice) {
        List<Class<?>> records = new ArrayList<>();
        for (Class<?> permitted : choice.getPermittedSubclasses()) {
            if (permitted.isRecord()) {
                records.add(permitted);
            } else {
                records.addAll(alternatives(permitted));
            }
        }
        return records;
    }

    /** The record that a word names. */
    static Optional<Class<?>> alternative(Class<?> choice, String word) {
        return alternatives(choice).stream()
                .filter(record -> word(record).equalsIgnoreCase(word))
                .findFirst();
    }

    /** Returns the spelling of an alternative in a configuration file, e.g. {@code dppo-tv} for {@code DppoTv}. */
    static String word(Class<?> alternative) {
        return hyphenated(alternative.getSimpleName());
    }

    /**
     * Takes out of {@code settings}, at every depth, what belongs to another alternative than the one that {@code over} chooses,
     * so that the two can be merged.
     */
    static void forgetOtherAlternatives(Class<?> type, JsonNode settings, JsonNode over) {
        for (RecordComponent component : type.getRecordComponents()) {
            String key = of(component);
            if (isChoice(component)) {
                boolean chosenAnew = over.hasNonNull(key)
                        && !over.get(key)
                                .asText()
                                .equalsIgnoreCase(settings.path(key).asText());
                if (chosenAnew && settings instanceof ObjectNode keys) {
                    alternatives(component.getType()).forEach(other -> keys.remove(of(other)));
                }
            } else if (component.getType().isRecord()) {
                boolean inline = isInline(component);
                forgetOtherAlternatives(
                        component.getType(), inline ? settings : settings.path(key), inline ? over : over.path(key));
            }
        }
    }

    private static String hyphenated(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }
}
