package dev.longstream.registry;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/**
 * Decides which schemas are registered, under which id and version, and what may be deleted. Every change is committed to the
 * log before a request can see it. Changes follow one another; questions do not wait for them.
 */
final class Registry {
    /** Changes under way or waiting. More would take the threads that answer questions while the broker is slow. */
    private static final int MAX_CHANGES = 16;

    private final SharedState state;
    private final SchemaStore log;
    private final Semaphore changes = new Semaphore(MAX_CHANGES);

    Registry(SharedState state, SchemaStore log) {
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

    /** Returns the registry as of now, for any number of questions. Never waits. */
    RegistryView now() {
        return new RegistryView(state.now());
    }

    /** Registers the schema, unless the subject has it already, and returns its id. */
    int register(String subject, SchemaCandidate candidate) {
        Optional<StoredSchema> known = now().known(subject, candidate);
        return known.isPresent() ? known.get().id() : change(now -> register(now, subject, candidate));
    }

    private int register(RegistryView now, String subject, SchemaCandidate candidate) {
        String text = candidate.storedText();
        Optional<StoredSchema> known = now.known(subject, candidate); // perhaps since this change has waited
        if (known.isPresent()) {
            return known.get().id();
        }
        RegistryMode mode = now.modeOf(subject);
        refuseIfReadOnly(subject, mode);
        if (candidate.id() > 0 && mode != RegistryMode.IMPORT) {
            throw RegistryError.notPermitted("Subject " + subject + " is not in import mode");
        }
        List<StoredSchema> all = now.state().all(subject);
        int next = all.isEmpty() ? 1 : all.get(all.size() - 1).version() + 1;
        if (mode != RegistryMode.IMPORT) {
            if (candidate.version() > 0 && candidate.version() != next) {
                throw RegistryError.invalidSchema("the request sets version " + candidate.version() + " of subject "
                        + subject + ", but the next version is " + next);
            }
            List<String> faults = now.faults(subject, candidate);
            if (!faults.isEmpty()) {
                throw RegistryError.incompatible(subject, faults);
            }
        }
        int version = candidate.version() > 0 ? candidate.version() : next;
        StoredSchema added = new StoredSchema(subject, version, idFor(now.state(), text, candidate.id()), text, false);
        write(List.of(LogRecord.schema(added)));
        return added.id();
    }

    private static int idFor(RegistryState state, String text, int requested) {
        if (requested <= 0) {
            return state.idOf(text).orElse(state.highestId() + 1);
        }
        if (state.withId(requested).stream().anyMatch(schema -> !schema.schema().equals(text))) {
            throw RegistryError.idTaken(requested);
        }
        return requested;
    }

    /**
     * Deletes every version of a subject and returns their numbers.
     *
     * @param permanent false for a soft delete; true removes versions that are soft-deleted already
     */
    List<Integer> deleteSubject(String subject, boolean permanent) {
        return change(now -> {
            refuseIfReadOnly(subject, now.modeOf(subject));
            List<StoredSchema> all = now.versions(subject, true);
            List<StoredSchema> live = now.state().live(subject);
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
        });
    }

    /**
     * Deletes one version of a subject and returns its number.
     *
     * @param permanent false for a soft delete; true removes a version that is soft-deleted already
     */
    int deleteVersion(String subject, String version, boolean permanent) {
        return change(now -> {
            refuseIfReadOnly(subject, now.modeOf(subject));
            StoredSchema found = now.version(subject, version, !RegistryView.isLatest(version) || permanent);
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
        });
    }

    /**
     * Sets a compatibility level.
     *
     * @param subject subject to set; null sets the global level, for subjects without one of their own
     */
    void setLevel(@Nullable String subject, Compatibility level) {
        change(LogRecord.config(subject, level));
    }

    void resetLevel(@Nullable String subject) {
        change(LogRecord.noConfig(subject));
    }

    /**
     * Sets a mode.
     *
     * @param subject subject to set; null sets the global mode, for subjects without one of their own
     * @param force whether import mode is allowed although there are schemas, whose ids could clash
     */
    void setMode(@Nullable String subject, RegistryMode mode, boolean force) {
        change(now -> {
            boolean schemasThere = subject == null
                    ? !now.subjects("", false).isEmpty()
                    : !now.state().live(subject).isEmpty();
            if (mode == RegistryMode.IMPORT && schemasThere && !force) {
                throw RegistryError.notPermitted("Cannot import since found existing subjects");
            }
            write(List.of(LogRecord.mode(subject, mode)));
            return mode;
        });
    }

    void resetMode(String subject) {
        change(LogRecord.noMode(subject));
    }

    private void change(LogRecord entry) {
        change(now -> {
            write(List.of(entry));
            return entry;
        });
    }

    /** Makes a change on the newest state, after those that have begun before. */
    private <T> T change(Function<RegistryView, T> decision) {
        if (!changes.tryAcquire()) {
            throw RegistryError.busy(MAX_CHANGES);
        }
        try {
            synchronized (this) {
                log.catchUp();
                return decision.apply(now());
            }
        } finally {
            changes.release();
        }
    }

    private void write(List<LogRecord> records) {
        log.append(records);
        state.apply(records);
    }

    private static void refuseIfReadOnly(String subject, RegistryMode mode) {
        if (mode.refusesWrites()) {
            throw RegistryError.notPermitted("Subject " + subject + " is in read-only mode");
        }
    }

    private static List<Integer> numbers(List<StoredSchema> versions) {
        return versions.stream().map(StoredSchema::version).toList();
    }
}
