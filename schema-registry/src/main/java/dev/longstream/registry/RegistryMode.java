package dev.longstream.registry;

import java.util.Locale;

/** Mode of a subject, or of the whole registry: which requests are allowed. */
enum RegistryMode {
    READWRITE,
    READONLY,
    /** Refuses writes to every subject, whatever the subject's own mode. */
    READONLY_OVERRIDE,
    /** Accepts schemas with the ids and versions they have in another registry, without a compatibility check. */
    IMPORT;

    /**
     * Returns the mode of this name, in upper or lower case.
     *
     * @throws RegistryError 42204 if there is no such mode
     */
    static RegistryMode named(String name) {
        try {
            return valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw RegistryError.invalidMode(name);
        }
    }

    /** Returns whether this mode refuses to register and delete schemas. */
    boolean refusesWrites() {
        return this == READONLY || this == READONLY_OVERRIDE;
    }
}
