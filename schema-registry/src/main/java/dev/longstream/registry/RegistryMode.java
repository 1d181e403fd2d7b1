package dev.longstream.registry;

import java.util.Locale;

/** What may be done with a subject, or with all of them. */
enum RegistryMode {
    READWRITE,
    READONLY,
    /** As {@link #READONLY}, but over every subject's own mode. */
    READONLY_OVERRIDE,
    /** Schemas come with the ids and versions they had elsewhere, and compatibility is not checked. */
    IMPORT;

    /** @throws RegistryError 42204 if there is no such mode; upper and lower case are the same */
    static RegistryMode named(String name) {
        try {
            return valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw RegistryError.invalidMode(name);
        }
    }

    boolean refusesWrites() {
        return this == READONLY || this == READONLY_OVERRIDE;
    }
}
