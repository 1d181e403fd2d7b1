package dev.longstream.runs.monitoring;

import dev.longstream.log.Role;
import dev.longstream.metrics.Meters;
import dev.longstream.metrics.RunMetrics;
import dev.longstream.metrics.StageMetrics;
import dev.longstream.streams.StageRole;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToLongFunction;

/** Measures the roles of a process by name; several workers of one name count together. */
final class RoleMeters {
    private static final String SCORING = "scoring";

    private final Meters meters;
    private final ProcessHealth health;
    private final Map<String, List<Role>> roles = new ConcurrentHashMap<>();

    RoleMeters(Meters meters, ProcessHealth health) {
        this.meters = meters;
        this.health = health;
    }

    /** Adds a role that has been started. */
    void add(Role role) {
        List<Role> alike = roles.computeIfAbsent(role.name(), name -> {
            List<Role> created = new CopyOnWriteArrayList<>();
            register(name, created);
            return created;
        });
        alike.add(role);
        if (role instanceof StageRole stage) {
            register(stage);
        }
    }

    private void register(String name, List<Role> alike) {
        meters.gauge(
                RunMetrics.ROLE_UP,
                () -> alike.stream().allMatch(role -> role.failure().isEmpty()) ? 1 : 0,
                name);
        meters.gauge(
                RunMetrics.ROLE_READY,
                () -> alike.stream().allMatch(role -> role.waitsFor().isEmpty()) ? 1 : 0,
                name);
        meters.gauge(RunMetrics.ROLE_STALLED, () -> health.isStalled(name) ? 1 : 0, name);
        meters.counter(RunMetrics.ROLE_RESTARTS, () -> sum(alike, Role::restarts), name);
        meters.counter(RunMetrics.ROLE_WORK, () -> sum(alike, Role::heartbeat), name);
    }

    private static long sum(List<Role> alike, ToLongFunction<Role> value) {
        return alike.stream().mapToLong(value).sum();
    }

    private void register(StageRole stage) {
        String name = stage.name();
        meters.counter(StageMetrics.DROPPED, () -> stage.dropped("duplicates"), name, "duplicates");
        if (name.equals(SCORING)) {
            meters.counter(StageMetrics.DROPPED, () -> stage.dropped("without-verdict"), name, "without-verdict");
        }
        meters.counter(StageMetrics.RESTORED, stage::restored, name);
        meters.gauge(StageMetrics.RESTORE_REMAINING, stage::restoreRemaining, name);
        stage.kafkaMetrics().bindTo(meters.registry());
    }
}
