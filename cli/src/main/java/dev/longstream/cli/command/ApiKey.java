package dev.longstream.cli.command;

import dev.longstream.failure.WrongUseException;
import dev.longstream.runs.config.KeyVariable;
import org.jspecify.annotations.Nullable;

/** Reads a server's API key from the environment, which keeps it out of the shell history and the configuration. */
final class ApiKey {
    private ApiKey() {}

    /**
     * Returns the value of an environment variable; null without a variable.
     *
     * @param variable name of the variable; null for a server without a key
     * @throws WrongUseException if the variable is not set
     */
    static @Nullable String of(@Nullable String variable) {
        return of("--api-key-variable", variable);
    }

    /**
     * Returns the value of an environment variable that holds another secret; null without a variable.
     *
     * @param option option that names the variable
     */
    static @Nullable String of(String option, @Nullable String variable) {
        return KeyVariable.read(option, variable, System.getenv());
    }
}
