package dev.longstream.registry;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Subjects, compatibility levels and modes that result from the records of {@code _schemas}. Not thread-safe while it changes. */
final class RegistryState {
    private static final String EVERY_SUBJECT = "";

    private final TreeMap<String, TreeMap<Integer, StoredSchema>> subjects = new TreeMap<>();
    private final Map<String, Compatibility> levels = new HashMap<>();
    private final Map<String, RegistryMode> modes = new HashMap<>();
    private int highestId;

    /** Returns a state with the same content, which changes apart from this one. */
    RegistryState copy() {
        RegistryState copy = new RegistryState();
        subjects.forEach((subject, versions) -> copy.subjects.put(subject, new TreeMap<>(versions)));
        copy.levels.putAll(levels);
        copy.modes.putAll(modes);
        copy.highestId = highestId;
        return copy;
    }

    /** Applies the next record of the log. */
    void apply(LogRecord entry) {
        String subject = entry.key().path("subject").asText(EVERY_SUBJECT);
        if (entry.key().path("subject").isNull()) {
            subject = EVERY_SUBJECT;
        }
        JsonNode value = entry.value();
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
            default -> throw new IllegalStateException("a record has the unknown key type '" + type + "'");
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
                    + "' is not a self-contained Avro schema; this registry supports no others");
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

    /** Returns the names of all subjects in alphabetical order. */
    List<String> subjects() {
        return List.copyOf(subjects.keySet());
    }

    /** Returns the subject's versions that are not deleted, in ascending order. */
    List<StoredSchema> live(String subject) {
        return all(subject).stream().filter(schema -> !schema.deleted()).toList();
    }

    /** Returns the subject's versions, soft-deleted ones included, in ascending order. */
    List<StoredSchema> all(String subject) {
        TreeMap<Integer, StoredSchema> versions = subjects.get(subject);
        return versions == null ? List.of() : List.copyOf(versions.values());
    }

    /** Returns all versions of all subjects with this schema id, soft-deleted ones included. */
    List<StoredSchema> withId(int id) {
        List<StoredSchema> found = new ArrayList<>();
        subjects.values().forEach(versions -> versions.values().stream()
                .filter(schema -> schema.id() == id)
                .forEach(found::add));
        return found;
    }

    /** Returns the id of a schema text, in whatever subject it is registered; empty if in none. */
    Optional<Integer> idOf(String schema) {
        return subjects.values().stream()
                .flatMap(versions -> versions.values().stream())
                .filter(stored -> stored.schema().equals(schema))
                .map(StoredSchema::id)
                .findFirst();
    }

    /** Returns the largest id that was ever assigned; 0 before the first. */
    int highestId() {
        return highestId;
    }

    /** Returns the compatibility level of subjects without one of their own. */
    Compatibility level() {
        return levels.getOrDefault(EVERY_SUBJECT, Compatibility.BACKWARD);
    }

    /** Returns the subject's own compatibility level; empty if it has none. */
    Optional<Compatibility> ownLevel(String subject) {
        return Optional.ofNullable(levels.get(subject));
    }

    /** Returns the mode of subjects without one of their own. */
    RegistryMode mode() {
        return modes.getOrDefault(EVERY_SUBJECT, RegistryMode.READWRITE);
    }

    /** Returns the subject's own mode; empty if it has none. */
    Optional<RegistryMode> ownMode(String subject) {
        return Optional.ofNullable(modes.get(subject));
    }
}
