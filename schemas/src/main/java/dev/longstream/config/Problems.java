package dev.longstream.config;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Collects all problems of one part of a configuration, so that a person can fix them at once. */
public final class Problems {
    private final String path;
    private final List<String> found = new ArrayList<>();

    /**
     * Creates an empty collection.
     *
     * @param path path of the part in the configuration file, e.g. {@code grouping}
     */
    public Problems(String path) {
        this.path = path;
    }

    /**
     * Adds a problem unless {@code holds} is true.
     *
     * @param message format string that names the key, the value found and the value expected
     */
    @SuppressWarnings("AnnotateFormatMethod") // its annotation would be a dependency of every module
    public Problems require(boolean holds, String message, Object... arguments) {
        if (!holds) {
            found.add(path + "." + String.format(Locale.ROOT, message, arguments));
        }
        return this;
    }

    /**
     * Adds a problem if a number is below 1.
     *
     * @param value number found; null: not given, which is no problem
     */
    public Problems requireAtLeastOne(String key, @Nullable Number value) {
        return require(
                value == null || value.longValue() >= 1, "%s is %s, must be at least 1", key, String.valueOf(value));
    }

    /**
     * Throws if there is any problem.
     *
     * @throws ConfigurationException with all problems
     */
    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw new ConfigurationException(found);
        }
    }
}
