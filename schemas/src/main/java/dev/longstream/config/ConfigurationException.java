package dev.longstream.config;

import java.util.List;

/** Signals that a configuration cannot be used, with all of its problems. */
public final class ConfigurationException extends IllegalArgumentException {
    private final transient List<String> problems;

    /** Creates an exception whose message has one line for each problem. */
    public ConfigurationException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /** Returns the problems, one line each: path of the key, value found, value expected. */
    public List<String> problems() {
        return problems;
    }
}
