package dev.longstream.runs.config;

import dev.longstream.failure.WrongUseException;
import org.jspecify.annotations.Nullable;

import java.util.Map;

/** Reads keys from the environment variables that settings and options name. */
public final class KeyVariable {
    private KeyVariable() {}

    /**
     * Returns a key; null if no variable is named.
     *
     * @param setting setting or option that names the variable, e.g. {@code metrics.key-variable}
     * @param variable name of the variable; null: none
     * @throws WrongUseException if the variable is not set
     */
    public static @Nullable String read(String setting, @Nullable String variable, Map<String, String> environment) {
        if (variable == null) {
            return null;
        }
        String key = environment.get(variable);
        if (key == null || key.isBlank()) {
            throw new WrongUseException(
                    setting + " names " + variable + ", which is not set in this process's environment");
        }
        return key;
    }
}
