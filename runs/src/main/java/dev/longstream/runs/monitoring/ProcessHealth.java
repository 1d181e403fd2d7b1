package dev.longstream.runs.monitoring;

import dev.longstream.log.Role;
import dev.longstream.metrics.HealthReport;
import dev.longstream.metrics.HealthSource;
import dev.longstream.runs.watch.RoleFailures;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Reports whether the roles of a process are alive, and whether they have what they need. Thread-safe. */
final class ProcessHealth implements HealthSource {
    private final List<Role> roles = new CopyOnWriteArrayList<>();
    private final Map<String, String> stalls = new ConcurrentHashMap<>();
    private volatile @Nullable String preparation;
    private volatile @Nullable String connection;

    /**
     * Creates the health of a process that prepares itself.
     *
     * @param preparation what it does, or what it waits for
     */
    ProcessHealth(String preparation) {
        this.preparation = preparation;
    }

    /** Says what the process does or waits for before its roles work. */
    void prepares(String what) {
        preparation = what;
    }

    /** Adds a role that has been started. */
    void started(Role role) {
        roles.add(role);
        preparation = null;
    }

    /**
     * Forgets the roles, which have ended.
     *
     * @param what what the process does now
     */
    void ended(String what) {
        roles.clear();
        stalls.clear();
        preparation = what;
    }

    /** Says why broker or registry cannot be used; null: they answer. */
    void connection(@Nullable String problem) {
        connection = problem;
    }

    /** Says that a role stands still, and why it should not; null: it does not stand still. */
    void stalled(String role, @Nullable String sentence) {
        if (sentence == null) {
            stalls.remove(role);
        } else {
            stalls.put(role, sentence);
        }
    }

    boolean isStalled(String role) {
        return stalls.containsKey(role);
    }

    @Override
    public HealthReport live() {
        return new HealthReport(failures(), states());
    }

    @Override
    public HealthReport ready() {
        List<String> problems = new ArrayList<>(failures());
        addIfAny(preparation, problems);
        addIfAny(connection, problems);
        roles.forEach(
                role -> role.waitsFor().ifPresent(what -> problems.add("The role " + role.name() + " waits: " + what)));
        return new HealthReport(problems, states());
    }

    private static void addIfAny(@Nullable String sentence, Collection<String> problems) {
        if (sentence != null) {
            problems.add(sentence);
        }
    }

    private List<String> failures() {
        List<String> failures = new ArrayList<>();
        roles.forEach(role -> role.failure().ifPresent(cause -> failures.add(RoleFailures.words(role, cause))));
        failures.addAll(stalls.values());
        return failures;
    }

    private Map<String, String> states() {
        Map<String, String> states = new TreeMap<>();
        roles.forEach(role -> states.merge(role.name(), state(role), ProcessHealth::worse));
        return states;
    }

    private String state(Role role) {
        if (role.failure().isPresent()) {
            return "failed";
        }
        if (isStalled(role.name())) {
            return "stalled";
        }
        return role.waitsFor().isPresent() ? "waits" : role.finished() ? "finished" : "works";
    }

    /** Returns the state to tell of two workers with one name: that which is not work. */
    private static String worse(String one, String other) {
        return one.equals("works") ? other : one;
    }
}
