package dev.longstream.registry;

/**
 * State that requests read. A reader takes the whole state once and never waits; a change replaces it by another one. One thread
 * changes it at a time.
 */
final class SharedState {
    private volatile RegistryState current = new RegistryState();

    /** Returns the state as of now, which does not change any more. */
    RegistryState now() {
        return current;
    }

    /** Replaces the state by one with further records. */
    void apply(Iterable<LogRecord> records) {
        RegistryState next = current.copy();
        records.forEach(next::apply);
        current = next;
    }

    /** Replaces the state by one that was read from the beginning. */
    void replace(RegistryState read) {
        current = read;
    }
}
