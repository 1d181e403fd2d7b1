package dev.longstream.runs.lineage;

import dev.longstream.record.RecordRef;

/**
 * A record that a search has found.
 *
 * @param <V> class of its value
 * @param place partition and offset
 * @param timestamp time when it was written, milliseconds since 1970
 * @param key key; "" without one
 * @param value decoded value
 */
record FoundRecord<V>(RecordRef place, long timestamp, String key, V value) {}
