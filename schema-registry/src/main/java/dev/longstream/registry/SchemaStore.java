package dev.longstream.registry;

import java.util.List;

/** Commits changes of the registry. Used by one thread at a time. */
interface SchemaStore {
    /**
     * Brings the shared state up to date. Comes before every decision that leads to a write.
     *
     * @throws RegistryError if the store cannot be reached, or takes no writes
     */
    void catchUp();

    /**
     * Writes the records, all or none, and returns once they are committed.
     *
     * @throws RegistryError if the outcome is unknown, or another registry has taken over
     */
    void append(List<LogRecord> records);
}
