package dev.longstream.streams.topology;

import dev.longstream.files.StateFormat;
import org.apache.kafka.streams.state.KeyValueStore;

import java.util.Objects;

/**
 * Version of the format of a step's stores, stored among their numbers under the key {@code #format}. Stores without it
 * have format 1, as release 0.1.0 wrote them. Avro values need no version: each names its schema.
 */
public final class StoreFormat {
    static final String KEY = "#format"; // no key of another kind begins so
    private static final long FIRST = 1;

    private final KeyValueStore<String, Long> numbers;
    private final long newest;
    private boolean marked;

    private StoreFormat(KeyValueStore<String, Long> numbers, long newest) {
        this.numbers = numbers;
        this.newest = newest;
    }

    /**
     * Checks the format of restored stores.
     *
     * @param stage name of the stage, for the message
     * @param numbers store that holds the version
     * @param newest version that this release reads and writes
     * @throws IllegalStateException if a newer release wrote the stores
     */
    public static StoreFormat check(String stage, KeyValueStore<String, Long> numbers, long newest) {
        long found = Objects.requireNonNullElse(numbers.get(KEY), FIRST);
        StateFormat.problem("The store " + numbers.name() + " of " + stage, found, newest)
                .ifPresent(problem -> {
                    throw new IllegalStateException(problem);
                });
        return new StoreFormat(numbers, newest);
    }

    /** Stores the version. Called with each record, because a store takes no writes before the first one. */
    public void mark() {
        if (!marked) {
            marked = true;
            numbers.putIfAbsent(KEY, newest);
        }
    }
}
