package dev.longstream.cli.command;

import dev.longstream.failure.WrongUseException;
import org.jspecify.annotations.Nullable;

/** A server's key out of the environment, so that it is in no history and no configuration. */
final class ApiKey {
    private ApiKey() {}

    /**
     * @param variable null: no key
     * @throws WrongUseException if it is not set
     */
    static @Nullable String of(@Nullable String variable) {
        if (variable == null) {
            return null;
        }
        String key = System.getenv(variable);
        if (key == null || key.isBlank()) {
            throw new WrongUseException(
                    "--api-key-variable names " + variable + ", which is not set in this process's environment");
        }
        return key;
    }
}
