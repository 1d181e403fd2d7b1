package dev.longstream.registry;

import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Compatibility level: the condition that a new version of a schema must meet.
 *
 * <ul>
 *   <li>backward: it can read records that the old version wrote
 *   <li>forward: the old version can read records that it writes
 *   <li>full: both
 *   <li>transitive: holds for every old version, not only the latest
 * </ul>
 */
enum Compatibility {
    NONE(false, false, false),
    BACKWARD(true, false, false),
    BACKWARD_TRANSITIVE(true, false, true),
    FORWARD(false, true, false),
    FORWARD_TRANSITIVE(false, true, true),
    FULL(true, true, false),
    FULL_TRANSITIVE(true, true, true);

    private final boolean readsOld;
    private final boolean writesForOld;
    private final boolean everyVersion;

    Compatibility(boolean readsOld, boolean writesForOld, boolean everyVersion) {
        this.readsOld = readsOld;
        this.writesForOld = writesForOld;
        this.everyVersion = everyVersion;
    }

    /**
     * Returns the level of this name, in upper or lower case.
     *
     * @throws RegistryError 42203 if there is no such level
     */
    static Compatibility named(String name) {
        try {
            return valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw RegistryError.invalidCompatibility(name);
        }
    }

    /**
     * Returns the incompatibilities of {@code candidate} with the old versions; empty if it is compatible.
     *
     * @param old versions in ascending order
     * @return one line per incompatibility with the newest version that has any, then that version, its schema and this level
     */
    List<String> faults(Schema candidate, List<StoredSchema> old) {
        int first = everyVersion ? 0 : Math.max(0, old.size() - 1);
        for (int i = old.size() - 1; i >= first; i--) {
            List<String> faults = faults(candidate, SchemaText.parse(old.get(i).schema()));
            if (!faults.isEmpty()) {
                faults.add("{oldSchemaVersion: " + old.get(i).version() + "}");
                faults.add("{oldSchema: '" + old.get(i).schema() + "'}");
                faults.add("{compatibility: '" + name() + "'}");
                return faults;
            }
        }
        return List.of();
    }

    private List<String> faults(Schema candidate, Schema old) {
        List<String> faults = new ArrayList<>();
        if (readsOld) {
            collect(candidate, old, faults);
        }
        if (writesForOld) {
            collect(old, candidate, faults);
        }
        return faults;
    }

    private static void collect(Schema reader, Schema writer, List<String> faults) {
        SchemaCompatibility.SchemaPairCompatibility result =
                SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
        if (result.getType() != SchemaCompatibilityType.COMPATIBLE) {
            result.getResult()
                    .getIncompatibilities()
                    .forEach(fault -> faults.add("{errorType:'" + fault.getType() + "', description:'at "
                            + fault.getLocation() + "', additionalInfo:'" + fault.getMessage() + "'}"));
        }
    }
}
