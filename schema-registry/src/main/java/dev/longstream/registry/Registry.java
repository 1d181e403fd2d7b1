package dev.longstream.registry;

import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/**
 * Decides which schemas are registered, under which id and version, and what may be deleted. Every change is committed to the
 * log before a request can see it.
 */
final class Registry {
    private final RegistryState state;
    private final SchemaLog log;

    Registry(RegistryState state, SchemaLog log) {
        this.state = state;
        this.log = log;
    }

    /**
     * A schema that a request registers or looks up.
     *
     * @param text schema as Avro JSON
     * @param id schema id to assign; 0 or less for any
     * @param version version to assign; 0 or less for the next one
     * @param normalize whether schemas that differ in the order of custom attributes count as equal
     */
    record SchemaCandidate(String text, int id, int version, boolean normalize) {
        String storedText() {
            return normalize ? SchemaText.normalized(text) : SchemaText.canonical(text);
        }

        boolean isSameAs(StoredSchema stored) {
            return storedText().equals(normalize ? SchemaText.normalized(stored.schema()) : stored.schema());
        }
    }

    /** Registers the schema, unless the subject has it already, and returns its id. */
    synchronized int register(String subject, SchemaCandidate candidate) {
        log.catchUp();
        String text = candidate.storedText();
        RegistryMode mode = modeOf(subject);
        List<StoredSchema> live = state.live(subject);
        Optional<StoredSchema> known =
                last(live.stream().filter(candidate::isSameAs).toList());
        if (known.isPresent()
                && (candidate.id() <= 0 || candidate.id() == known.get().id())) {
            return known.get().id();
        }
        refuseIfReadOnly(subject, mode);
        if (candidate.id() > 0 && mode != RegistryMode.IMPORT) {
            throw RegistryError.notPermitted("Subject " + subject + " is not in import mode");
        }
        List<StoredSchema> all = state.all(subject);
        int next = all.isEmpty() ? 1 : all.get(all.size() - 1).version() + 1;
        if (mode != RegistryMode.IMPORT) {
            if (candidate.version() > 0 && candidate.version() != next) {
                throw RegistryError.invalidSchema("the request sets version " + candidate.version() + " of subject "
                        + subject + ", but the next version is " + next);
            }
            List<String> faults = levelOf(subject).faults(SchemaText.parse(text), live);
            if (!faults.isEmpty()) {
                throw RegistryError.incompatible(subject, faults);
            }
        }
        int version = candidate.version() > 0 ? candidate.version() : next;
        StoredSchema added = new StoredSchema(subject, version, idFor(text, candidate.id()), text, false);
        write(List.of(LogRecord.schema(added)));
        return added.id();
    }

    private int idFor(String text, int requested) {
        if (requested <= 0) {
            return state.idOf(text).orElse(state.highestId() + 1);
        }
        if (state.withId(requested).stream().anyMatch(schema -> !schema.schema().equals(text))) {
            throw RegistryError.idTaken(requested);
        }
        return requested;
    }

    /** Returns the latest version of the subject with this schema. */
    synchronized StoredSchema lookUp(String subject, SchemaCandidate candidate, boolean deletedToo) {
        return last(versions(subject, deletedToo).stream()
                        .filter(candidate::isSameAs)
                        .toList())
                .orElseThrow(RegistryError::schemaNotFound);
    }

    /** Returns the names of the subjects with at least one version, in alphabetical order. */
    synchronized List<String> subjects(String prefix, boolean deletedToo) {
        return state.subjects().stream()
                .filter(subject -> subject.startsWith(prefix))
                .filter(subject -> deletedToo || !state.live(subject).isEmpty())
                .toList();
    }

    /** Returns the subject's versions in ascending order, at least one. */
    synchronized List<StoredSchema> versions(String subject, boolean deletedToo) {
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
    synchronized StoredSchema version(String subject, String version, boolean deletedToo) {
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
    synchronized List<StoredSchema> withId(int id, boolean deletedToo) {
        List<StoredSchema> all = state.withId(id);
        if (all.isEmpty()) {
            throw RegistryError.schemaNotFound(id);
        }
        return deletedToo
                ? all
                : all.stream().filter(schema -> !schema.deleted()).toList();
    }

    /** Returns the text of the schema with this id, even if every version with it is soft-deleted. */
    synchronized String schemaOf(int id) {
        return withId(id, true).get(0).schema();
    }

    synchronized int highestId() {
        return state.highestId();
    }

    /**
     * Deletes every version of a subject and returns their numbers.
     *
     * @param permanent false for a soft delete; true removes versions that are soft-deleted already
     */
    synchronized List<Integer> deleteSubject(String subject, boolean permanent) {
        log.catchUp();
        refuseIfReadOnly(subject, modeOf(subject));
        List<StoredSchema> all = versions(subject, true);
        List<StoredSchema> live = state.live(subject);
        if (permanent) {
            if (!live.isEmpty()) {
                throw RegistryError.subjectNotSoftDeleted(subject);
            }
            write(all.stream().map(LogRecord::noSchema).toList());
            return numbers(all);
        }
        if (live.isEmpty()) {
            throw RegistryError.subjectSoftDeleted(subject);
        }
        write(List.of(
                LogRecord.subjectDeleted(subject, live.get(live.size() - 1).version())));
        return numbers(live);
    }

    /**
     * Deletes one version of a subject and returns its number.
     *
     * @param permanent false for a soft delete; true removes a version that is soft-deleted already
     */
    synchronized int deleteVersion(String subject, String version, boolean permanent) {
        log.catchUp();
        refuseIfReadOnly(subject, modeOf(subject));
        boolean latest = versionNumber(version) == -1;
        StoredSchema found = version(subject, version, !latest || permanent);
        if (permanent) {
            if (!found.deleted()) {
                throw RegistryError.versionNotSoftDeleted(subject, found.version());
            }
            write(List.of(LogRecord.noSchema(found)));
        } else {
            if (found.deleted()) {
                throw RegistryError.versionSoftDeleted(subject, found.version());
            }
            write(List.of(LogRecord.schema(found.asDeleted())));
        }
        return found.version();
    }

    /** Returns the incompatibilities of the schema as the subject's next version; empty if it is compatible. */
    synchronized List<String> faults(String subject, SchemaCandidate candidate) {
        return levelOf(subject).faults(SchemaText.parse(candidate.storedText()), state.live(subject));
    }

    /** Returns the incompatibilities of the schema with one version; empty if compatible or the subject has no version. */
    synchronized List<String> faults(String subject, String version, SchemaCandidate candidate) {
        Schema schema = SchemaText.parse(candidate.storedText());
        if (versionNumber(version) == -1 && state.live(subject).isEmpty()) {
            return List.of();
        }
        return levelOf(subject).faults(schema, List.of(version(subject, version, false)));
    }

    synchronized Compatibility level() {
        return state.level();
    }

    /** Returns the subject's own compatibility level, or else the global one. */
    synchronized Compatibility levelOf(String subject) {
        return state.ownLevel(subject).orElseGet(state::level);
    }

    synchronized Optional<Compatibility> ownLevel(String subject) {
        return state.ownLevel(subject);
    }

    /**
     * Sets a compatibility level.
     *
     * @param subject subject to set; null sets the global level, for subjects without one of their own
     */
    synchronized void setLevel(@Nullable String subject, Compatibility level) {
        log.catchUp();
        write(List.of(LogRecord.config(subject, level)));
    }

    synchronized void resetLevel(@Nullable String subject) {
        log.catchUp();
        write(List.of(LogRecord.noConfig(subject)));
    }

    synchronized RegistryMode mode() {
        return state.mode();
    }

    /** Returns the mode that applies to a subject: its own or the global one; READONLY_OVERRIDE overrides both. */
    synchronized RegistryMode modeOf(String subject) {
        return state.mode() == RegistryMode.READONLY_OVERRIDE
                ? RegistryMode.READONLY_OVERRIDE
                : state.ownMode(subject).orElseGet(state::mode);
    }

    synchronized Optional<RegistryMode> ownMode(String subject) {
        return state.ownMode(subject);
    }

    /**
     * Sets a mode.
     *
     * @param subject subject to set; null sets the global mode, for subjects without one of their own
     * @param force whether import mode is allowed although there are schemas, whose ids could clash
     */
    synchronized void setMode(@Nullable String subject, RegistryMode mode, boolean force) {
        log.catchUp();
        boolean schemasThere = subject == null
                ? !subjects("", false).isEmpty()
                : !state.live(subject).isEmpty();
        if (mode == RegistryMode.IMPORT && schemasThere && !force) {
            throw RegistryError.notPermitted("Cannot import since found existing subjects");
        }
        write(List.of(LogRecord.mode(subject, mode)));
    }

    synchronized void resetMode(String subject) {
        log.catchUp();
        write(List.of(LogRecord.noMode(subject)));
    }

    private void write(List<LogRecord> records) {
        log.append(records);
        records.forEach(state::apply);
    }

    private static void refuseIfReadOnly(String subject, RegistryMode mode) {
        if (mode.refusesWrites()) {
            throw RegistryError.notPermitted("Subject " + subject + " is in read-only mode");
        }
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

    private static List<Integer> numbers(List<StoredSchema> versions) {
        return versions.stream().map(StoredSchema::version).toList();
    }

    private static <T> Optional<T> last(List<T> list) {
        return list.isEmpty() ? Optional.empty() : Optional.of(list.get(list.size() - 1));
    }
}
