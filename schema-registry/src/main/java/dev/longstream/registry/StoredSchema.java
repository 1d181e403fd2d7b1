package dev.longstream.registry;

/**
 * One version of one subject.
 *
 * @param subject e.g. {@code quickstart.trajectories-value}
 * @param version 1, 2, …; never used again within the subject while a later one exists
 * @param id the number on the wire; the same text has the same id in every subject
 * @param schema Avro's JSON, as {@code Schema.toString()} writes it
 * @param deleted softly: hidden unless asked for, still readable by its id
 */
record StoredSchema(String subject, int version, int id, String schema, boolean deleted) {
    StoredSchema asDeleted() {
        return new StoredSchema(subject, version, id, schema, true);
    }
}
