package dev.longstream.registry;

import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a new version of a schema must be able to do.
 *
 * <ul>
 *   <li>backward: read what the old one wrote
 *   <li>forward: write what the old one reads
 *   <li>full: both
 *   <li>transitive: with every old version, not the latest alone
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

    /** @throws RegistryError 42203 if there is no such level; upper and lower case are the same */
    static Compatibility named(String name) {
        try {
            return valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw RegistryError.invalidCompatibility(name);
        }
    }

    /**
     * What stands against {@code candidate} after {@code old}; empty if nothing.
     *
     * @param old versions in ascending order
     * @return a line for every fault of the first version that has some, then that version and the level
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
        var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
        if (result.getType() != SchemaCompatibilityType.COMPATIBLE) {
            result.getResult()
                    .getIncompatibilities()
                    .forEach(fault -> faults.add("{errorType:'" + fault.getType() + "', description:'at "
                            + fault.getLocation() + "', additionalInfo:'" + fault.getMessage() + "'}"));
        }
    }
}
