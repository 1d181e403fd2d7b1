package dev.longstream.registry;

/**
 * One version of a subject, with its schema.
 *
 * @param subject name of the subject, e.g. {@code quickstart.trajectories-value}
 * @param version 1, 2, …; not reused within the subject while a later version exists
 * @param id schema id that records carry; the same schema text has the same id in every subject
 * @param schema schema as Avro JSON, as {@code Schema.toString()} writes it
 * @param deleted whether the version is soft-deleted: hidden from listings by default, still readable by its id
 */
record StoredSchema(String subject, int version, int id, String schema, boolean deleted) {
    StoredSchema asDeleted() {
        return new StoredSchema(subject, version, id, schema, true);
    }
}
