package dev.longstream.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Collects everything that is wrong with one part of a configuration, so that a person mends it in one go. */
public final class Problems {
    private final String path;
    private final List<String> found = new ArrayList<>();

    /** @param path where the part stands in the configuration file, e.g. {@code grouping} */
    public Problems(String path) {
        this.path = path;
    }

    /** Notes a problem unless {@code holds}; the message names the key, what was found and what is expected. */
    public Problems require(boolean holds, String message, Object... arguments) {
        if (!holds) {
            found.add(path + "." + String.format(Locale.ROOT, message, arguments));
        }
        return this;
    }

    /** @throws ConfigurationException with every problem, if there is any */
    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw new ConfigurationException(found);
        }
    }
}
