package dev.longstream.policy.template;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Prints values as Python does: {@code True}, {@code None}, {@code ['a', 1]}. */
public final class PythonText {
    private PythonText() {}

    /**
     * Returns what a template prints for a value. Text is printed as it is; null, which stands for an undefined value,
     * stays null.
     */
    public static @Nullable Object printed(@Nullable Object value) {
        return value instanceof Boolean || value instanceof Iterable<?> || value instanceof Map<?, ?>
                ? representation(value)
                : value;
    }

    private static String representation(@Nullable Object value) {
        if (value == null) {
            return "None";
        }
        if (value instanceof Boolean truth) {
            return truth ? "True" : "False";
        }
        if (value instanceof Map<?, ?> map) {
            List<String> entries = new ArrayList<>();
            map.forEach((key, element) -> entries.add(representation(key) + ": " + representation(element)));
            return "{" + String.join(", ", entries) + "}";
        }
        if (value instanceof Map.Entry<?, ?> entry) {
            return "(" + representation(entry.getKey()) + ", " + representation(entry.getValue()) + ")";
        }
        if (value instanceof Iterable<?> list) {
            List<String> elements = new ArrayList<>();
            list.forEach(element -> elements.add(representation(element)));
            return "[" + String.join(", ", elements) + "]";
        }
        return value instanceof CharSequence text ? quoted(text.toString()) : value.toString();
    }

    /** Quotes a text: with double quotes if it has a single quote and no double one, else with single quotes. */
    private static String quoted(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        StringBuilder quoted = new StringBuilder().append(quote);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> quoted.append(c == quote ? "\\" + c : String.valueOf(c));
            }
        }
        return quoted.append(quote).toString();
    }
}
