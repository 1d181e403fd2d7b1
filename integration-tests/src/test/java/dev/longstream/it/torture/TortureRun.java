package dev.longstream.it.torture;

import dev.longstream.it.torture.Fault.Kind;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A run under the faults of one seed, from its first step to its last. */
final class TortureRun {
    private static final Pattern STEP = Pattern.compile("step-(\\d+)");
    private static final long TICK_MS = 50;
    /** Time without a step, nothing being away, after which the run stands still. */
    private static final long STANDSTILL_S = 240;
    /** Time within which a process may end because a write failed. */
    private static final long FULL_DISK_AFTERMATH_S = 15;

    private final TortureCluster cluster;
    private final Deque<Fault> schedule;
    private final Injections injections;
    private final RecoveryTimes recovery;
    private final List<String> violations = new ArrayList<>();
    private final List<String> finished = new ArrayList<>();
    /** Faults that are over, with the time since when, until a step is made. */
    private final Map<Fault, Long> unrecovered = new HashMap<>();

    private final Map<Fault, Begun> underWay = new HashMap<>();
    private final Map<String, Long> fullDiskUntil = new HashMap<>();
    private long newestStep;
    private long newestStepAt = System.nanoTime();
    private long lastBusyAt = System.nanoTime();
    private long recoveredAtStep;
    private long lastReadyAt;
    private int injected;

    /** The step after which a fault began, and the time of {@link System#nanoTime()} when it did. */
    private record Begun(long step, long at) {}

    TortureRun(TortureCluster cluster, List<Fault> schedule, long seed, RecoveryTimes recovery) {
        this.cluster = cluster;
        this.schedule = new ArrayDeque<>(schedule);
        this.injections = new Injections(cluster, seed);
        this.recovery = recovery;
    }

    /** Runs to the end of the run; returns what went wrong meanwhile. */
    List<String> run() throws IOException, InterruptedException {
        while (!finished.containsAll(cluster.roles()) || !injections.none()) {
            lookAtSteps();
            lookAtProcesses();
            for (Fault over : injections.undoDue()) {
                say("over: " + over);
                Begun begun = underWay.remove(over);
                recovery.during(over, newestStep - begun.step(), seconds(System.nanoTime() - begun.at()));
                unrecovered.put(over, System.nanoTime());
                if (over.kind() == Kind.FULL_DISK) {
                    fullDiskUntil.put(over.target(), System.nanoTime());
                }
            }
            injectIfTime();
            if (standsStill()) {
                violations.add("no step was made for " + STANDSTILL_S + " s after step " + newestStep);
                dumpThreads();
                break;
            }
            Thread.sleep(TICK_MS);
        }
        violations.addAll(injections.violations());
        return violations;
    }

    int injected() {
        return injected;
    }

    List<String> badRecords() {
        return injections.badRecords();
    }

    private void lookAtSteps() throws IOException {
        if (!Files.isDirectory(cluster.checkpoints())) {
            return;
        }
        try (Stream<Path> found = Files.list(cluster.checkpoints())) {
            long newest = found.map(path -> STEP.matcher(path.getFileName().toString()))
                    .filter(Matcher::matches)
                    .mapToLong(match -> Long.parseLong(match.group(1)))
                    .max()
                    .orElse(0);
            if (newest > newestStep) {
                newestStep = newest;
                newestStepAt = System.nanoTime();
                unrecovered.forEach((fault, since) -> recovery.add(fault, seconds(newestStepAt - since)));
                if (!unrecovered.isEmpty()) {
                    recoveredAtStep = newest;
                }
                unrecovered.clear();
            }
        }
    }

    private void lookAtProcesses() throws IOException {
        for (JavaProcess process : cluster.processes().values()) {
            if (process.alive() || finished.contains(process.name()) || !injections.isFree(process.name())) {
                continue;
            }
            boolean ends = cluster.roles().contains(process.name()) && newestStep == cluster.steps();
            if (ends && process.exit() == 0) {
                finished.add(process.name());
                say(process.name() + " is finished");
            } else {
                if (!hadFullDisk(process.name())) {
                    violations.add(
                            process.name() + " ended by itself with " + process.exit() + ": " + process.lastWords());
                    say(violations.get(violations.size() - 1));
                }
                process.start();
            }
        }
    }

    private boolean hadFullDisk(String process) {
        Long until = fullDiskUntil.get(process);
        return until != null && seconds(System.nanoTime() - until) < FULL_DISK_AFTERMATH_S;
    }

    private void injectIfTime() throws IOException, InterruptedException {
        Fault next = schedule.peek();
        if (next == null || newestStep == 0 || !finished.isEmpty()) {
            return;
        }
        boolean recovered = injections.none() && unrecovered.isEmpty();
        boolean ready = next.afterSteps() == 0 || (recovered && newestStep >= recoveredAtStep + next.afterSteps());
        List<String> needed = next.kind() == Kind.BAD_RECORD ? cluster.brokerNames() : List.of(next.target());
        if (!ready || !needed.stream().allMatch(this::isUndisturbed)) {
            lastReadyAt = System.nanoTime();
            return;
        }
        if (System.nanoTime() - lastReadyAt >= next.delay().toNanos()) {
            say(next + " for " + next.lasts().toMillis() + " ms at step " + newestStep);
            injections.begin(next);
            underWay.put(next, new Begun(newestStep, System.nanoTime()));
            schedule.remove();
            injected++;
            recoveredAtStep = newestStep;
            lastReadyAt = System.nanoTime();
        }
    }

    private boolean isUndisturbed(String process) {
        return injections.isFree(process) && cluster.processes().get(process).alive();
    }

    private boolean standsStill() {
        if (!injections.none()) {
            lastBusyAt = System.nanoTime();
        }
        return seconds(System.nanoTime() - Math.max(lastBusyAt, newestStepAt)) > STANDSTILL_S;
    }

    private void dumpThreads() throws IOException, InterruptedException {
        for (JavaProcess process : cluster.processes().values()) {
            if (process.alive()) {
                process.signal("QUIT");
            }
        }
        Thread.sleep(2_000); // until they are written
    }

    private static double seconds(long nanos) {
        return nanos / 1e9;
    }

    private static void say(String what) {
        System.out.println(LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS) + " " + what);
    }
}
