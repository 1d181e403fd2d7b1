package dev.longstream.producers.rendering;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.TreeMap;

/**
 * Form in which questions reach the policy.
 *
 * @param style form of the user's message
 * @param system system message before it; null: none, and a template may add its own
 * @param templateVariables further variables of the chat template, e.g. {@code enable_thinking}; {@code true},
 *     {@code false} and whole numbers are passed as such, anything else as text
 */
public record PromptForm(PromptStyle style, @Nullable String system, Map<String, String> templateVariables) {
    /** Copies the variables. */
    public PromptForm {
        templateVariables = Map.copyOf(templateVariables);
    }

    /** Creates a form without a system message and variables. */
    public static PromptForm of(PromptStyle style) {
        return new PromptForm(style, null, Map.of());
    }

    /** Returns the variables with their values as a template sees them. */
    Map<String, Object> variables() {
        Map<String, Object> typed = new TreeMap<>();
        templateVariables.forEach((name, value) -> typed.put(name, typed(value)));
        return typed;
    }

    private static Object typed(String value) {
        if (value.equals("true") || value.equals("false")) {
            return value.equals("true");
        }
        return value.matches("-?[0-9]{1,18}") ? (Object) Long.parseLong(value) : value;
    }
}
