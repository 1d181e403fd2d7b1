package dev.longstream.config;

import java.util.List;

/** A configuration that cannot be used, with everything that is wrong with it. */
public final class ConfigurationException extends IllegalArgumentException {
    private final transient List<String> problems;

    public ConfigurationException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /** One line a problem: path of the key, what was found, what is expected. */
    public List<String> problems() {
        return problems;
    }
}
