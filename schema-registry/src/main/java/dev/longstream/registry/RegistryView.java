package dev.longstream.registry;

import dev.longstream.registry.Registry.SchemaCandidate;
import org.apache.avro.Schema;

import java.util.List;
import java.util.Optional;

/**
 * Answers to questions about one state of the registry.
 *
 * @param state state that does not change any more
 */
record RegistryView(RegistryState state) {

    /** Returns the latest version of the subject with this schema. */
    StoredSchema lookUp(String subject, SchemaCandidate candidate, boolean deletedToo) {
        return last(versions(subject, deletedToo).stream()
                        .filter(candidate::isSameAs)
                        .toList())
                .orElseThrow(RegistryError::schemaNotFound);
    }

    /** Returns the latest live version of the subject that registering the candidate would return; empty if it is new. */
    Optional<StoredSchema> known(String subject, SchemaCandidate candidate) {
        return last(state.live(subject).stream().filter(candidate::isSameAs).toList())
                .filter(known -> candidate.id() <= 0 || candidate.id() == known.id());
    }

    /** Returns the names of the subjects with at least one version, in alphabetical order. */
    List<String> subjects(String prefix, boolean deletedToo) {
        return state.subjects().stream()
                .filter(subject -> subject.startsWith(prefix))
                .filter(subject -> deletedToo || !state.live(subject).isEmpty())
                .toList();
    }

    /** Returns the subject's versions in ascending order, at least one. */
    List<StoredSchema> versions(String subject, boolean deletedToo) {
        List<StoredSchema> versions = deletedToo ? state.all(subject) : state.live(subject);
        if (versions.isEmpty()) {
            throw RegistryError.subjectNotFound(subject);
        }
        return versions;
    }

    /**
     * Returns one version of a subject.
     *
     * @param version a number, or {@code latest} or {@code -1} for the latest
     */
    StoredSchema version(String subject, String version, boolean deletedToo) {
        int number = versionNumber(version);
        List<StoredSchema> versions = versions(subject, deletedToo);
        return number == -1
                ? versions.get(versions.size() - 1)
                : versions.stream()
                        .filter(schema -> schema.version() == number)
                        .findFirst()
                        .orElseThrow(() -> RegistryError.versionNotFound(version));
    }

    /** Every version of every subject with this id; softly deleted ones are listed last only if asked for. */
    List<StoredSchema> withId(int id, boolean deletedToo) {
        List<StoredSchema> all = state.withId(id);
        if (all.isEmpty()) {
            throw RegistryError.schemaNotFound(id);
        }
        return deletedToo
                ? all
                : all.stream().filter(schema -> !schema.deleted()).toList();
    }

    /** Returns the text of the schema with this id, even if every version with it is soft-deleted. */
    String schemaOf(int id) {
        return withId(id, true).get(0).schema();
    }

    int highestId() {
        return state.highestId();
    }

    /** Returns the incompatibilities of the schema as the subject's next version; empty if it is compatible. */
    List<String> faults(String subject, SchemaCandidate candidate) {
        return levelOf(subject).faults(SchemaText.parse(candidate.storedText()), state.live(subject));
    }

    /** Returns the incompatibilities of the schema with one version; empty if compatible or the subject has no version. */
    List<String> faults(String subject, String version, SchemaCandidate candidate) {
        Schema schema = SchemaText.parse(candidate.storedText());
        if (versionNumber(version) == -1 && state.live(subject).isEmpty()) {
            return List.of();
        }
        return levelOf(subject).faults(schema, List.of(version(subject, version, false)));
    }

    Compatibility level() {
        return state.level();
    }

    /** Returns the subject's own compatibility level, or else the global one. */
    Compatibility levelOf(String subject) {
        return state.ownLevel(subject).orElseGet(state::level);
    }

    Optional<Compatibility> ownLevel(String subject) {
        return state.ownLevel(subject);
    }

    RegistryMode mode() {
        return state.mode();
    }

    /** Returns the mode that applies to a subject: its own or the global one; READONLY_OVERRIDE overrides both. */
    RegistryMode modeOf(String subject) {
        return state.mode() == RegistryMode.READONLY_OVERRIDE
                ? RegistryMode.READONLY_OVERRIDE
                : state.ownMode(subject).orElseGet(state::mode);
    }

    Optional<RegistryMode> ownMode(String subject) {
        return state.ownMode(subject);
    }

    /** Returns whether a version is written as the latest one, which has no number. */
    static boolean isLatest(String version) {
        return versionNumber(version) == -1;
    }

    private static int versionNumber(String version) {
        if (version.equals("latest") || version.equals("-1")) {
            return -1;
        }
        try {
            int number = Integer.parseInt(version);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            throw RegistryError.invalidVersion(version);
        }
        throw RegistryError.invalidVersion(version);
    }

    private static <T> Optional<T> last(List<T> list) {
        return list.isEmpty() ? Optional.empty() : Optional.of(list.get(list.size() - 1));
    }
}
