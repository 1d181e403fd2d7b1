package dev.longstream.registry;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the records of {@code _schemas} add up to so far. Not synchronised. */
final class RegistryState {
    private static final String EVERY_SUBJECT = "";

    private final TreeMap<String, TreeMap<Integer, StoredSchema>> subjects = new TreeMap<>();
    private final Map<String, Compatibility> levels = new HashMap<>();
    private final Map<String, RegistryMode> modes = new HashMap<>();
    private int highestId;

    /** Takes the next record of the log. */
    void apply(LogRecord entry) {
        String subject = entry.key().path("subject").asText(EVERY_SUBJECT);
        if (entry.key().path("subject").isNull()) {
            subject = EVERY_SUBJECT;
        }
        @Nullable JsonNode value = entry.value();
        String type = entry.key().path("keytype").asText();
        switch (type) {
            case "SCHEMA" -> applySchema(subject, entry.key().path("version").asInt(), value);
            case "CONFIG" ->
                applySetting(
                        levels,
                        subject,
                        value == null
                                ? null
                                : Compatibility.named(
                                        value.path("compatibilityLevel").asText()));
            case "MODE" ->
                applySetting(
                        modes,
                        subject,
                        value == null
                                ? null
                                : RegistryMode.named(value.path("mode").asText()));
            case "DELETE_SUBJECT" -> {
                if (value != null) {
                    deleteSoftly(subject, value.path("version").asInt());
                }
            }
            case "NOOP" -> {}
            default -> throw new IllegalStateException("a record of type '" + type + "' is not understood");
        }
    }

    private void applySchema(String subject, int version, @Nullable JsonNode value) {
        if (value == null) {
            TreeMap<Integer, StoredSchema> versions = subjects.get(subject);
            if (versions != null) {
                versions.remove(version);
                if (versions.isEmpty()) {
                    subjects.remove(subject);
                }
            }
            return;
        }
        if (!value.path("schemaType").asText("AVRO").equals("AVRO")
                || !value.path("references").isEmpty()) {
            throw new IllegalStateException("version " + version + " of subject '" + subject
                    + "' is not a self-contained Avro schema; this registry keeps no others");
        }
        int id = value.path("id").asInt();
        highestId = Math.max(highestId, id);
        subjects.computeIfAbsent(subject, s -> new TreeMap<>())
                .put(
                        version,
                        new StoredSchema(
                                subject,
                                version,
                                id,
                                value.path("schema").asText(),
                                value.path("deleted").asBoolean()));
    }

    private static <T> void applySetting(Map<String, T> settings, String subject, @Nullable T setting) {
        if (setting == null) {
            settings.remove(subject);
        } else {
            settings.put(subject, setting);
        }
    }

    private void deleteSoftly(String subject, int upToVersion) {
        TreeMap<Integer, StoredSchema> versions = subjects.get(subject);
        if (versions != null) {
            versions.headMap(upToVersion, true).replaceAll((version, schema) -> schema.asDeleted());
        }
    }

    /** Names of all subjects, in order. */
    List<String> subjects() {
        return List.copyOf(subjects.keySet());
    }

    /** The subject's versions that are not deleted, in ascending order. */
    List<StoredSchema> live(String subject) {
        return all(subject).stream().filter(schema -> !schema.deleted()).toList();
    }

    /** The subject's versions, softly deleted ones too, in ascending order. */
    List<StoredSchema> all(String subject) {
        TreeMap<Integer, StoredSchema> versions = subjects.get(subject);
        return versions == null ? List.of() : List.copyOf(versions.values());
    }

    /** Every version of every subject that has this id, softly deleted ones too. */
    List<StoredSchema> withId(int id) {
        List<StoredSchema> found = new ArrayList<>();
        subjects.values().forEach(versions -> versions.values().stream()
                .filter(schema -> schema.id() == id)
                .forEach(found::add));
        return found;
    }

    /** The id of this very text, whatever subject it is in. */
    Optional<Integer> idOf(String schema) {
        return subjects.values().stream()
                .flatMap(versions -> versions.values().stream())
                .filter(stored -> stored.schema().equals(schema))
                .map(StoredSchema::id)
                .findFirst();
    }

    /** The largest id ever seen; 0 before the first. */
    int highestId() {
        return highestId;
    }

    /** The level of all subjects that have none of their own. */
    Compatibility level() {
        return levels.getOrDefault(EVERY_SUBJECT, Compatibility.BACKWARD);
    }

    /** The subject's own level. */
    Optional<Compatibility> ownLevel(String subject) {
        return Optional.ofNullable(levels.get(subject));
    }

    /** The mode of all subjects that have none of their own. */
    RegistryMode mode() {
        return modes.getOrDefault(EVERY_SUBJECT, RegistryMode.READWRITE);
    }

    /** The subject's own mode. */
    Optional<RegistryMode> ownMode(String subject) {
        return Optional.ofNullable(modes.get(subject));
    }
}
