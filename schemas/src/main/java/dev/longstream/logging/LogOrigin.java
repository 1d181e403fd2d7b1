package dev.longstream.logging;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Role, run and gradient step that the lines of the program's log carry. A role belongs to a thread and to the threads that it
 * starts, so that the lines of Kafka's clients have it too. Run and step belong to the process.
 */
public final class LogOrigin {
    /** Name of the field with the role. */
    public static final String ROLE = "role";

    /** Name of the field with the run. */
    public static final String RUN = "run";

    /** Name of the field with the newest gradient step. */
    public static final String STEP = "step";

    private static final long NO_STEP = -1;
    private static final ThreadLocal<@Nullable String> ROLES = new InheritableThreadLocal<>();
    private static final AtomicLong NEWEST_STEP = new AtomicLong(NO_STEP);
    private static volatile @Nullable String current;
    private static volatile @Nullable RunProcess process;

    private LogOrigin() {}

    /**
     * Process that works on a run.
     *
     * @param folder run folder
     * @param name {@code train}, or the role that the process runs
     */
    public record RunProcess(Path folder, String name) {}

    /** Part of a thread's work that has a role of its own; the role before it returns when the part is closed. */
    public interface Part extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Begins the lines of a run in this process, without a step and without a folder. The calling thread gets a role.
     *
     * @param run name of the run
     * @param role role of this thread and of the threads that it starts from now on
     */
    public static void begin(String run, String role) {
        process = null;
        NEWEST_STEP.set(NO_STEP);
        current = run;
        role(role);
    }

    /** Names the run folder, once it belongs to this process. */
    public static void folder(RunProcess opened) {
        process = opened;
    }

    /** Returns the process with its run folder; empty before {@link #folder}. */
    public static Optional<RunProcess> process() {
        return Optional.ofNullable(process);
    }

    /** Gives this thread, and the threads that it starts from now on, a role. */
    public static void role(String role) {
        ROLES.set(role);
    }

    /** Gives this thread, and the threads that it starts, a role until the returned part is closed. */
    public static Part as(String role) {
        String before = ROLES.get();
        ROLES.set(role);
        return () -> ROLES.set(before);
    }

    /** Notes a gradient step that this process knows of; a step before the newest one changes nothing. */
    public static void step(long step) {
        NEWEST_STEP.accumulateAndGet(step, Math::max);
    }

    /** Returns the fields of a line that this thread writes now; a field that is unknown is left out. */
    public static Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        put(fields, ROLE, ROLES.get());
        put(fields, RUN, current);
        long step = NEWEST_STEP.get();
        put(fields, STEP, step == NO_STEP ? null : Long.toString(step));
        return fields;
    }

    private static void put(Map<String, String> fields, String name, @Nullable String value) {
        if (value != null) {
            fields.put(name, value);
        }
    }
}
