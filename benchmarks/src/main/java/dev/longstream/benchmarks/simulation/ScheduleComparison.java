package dev.longstream.benchmarks.simulation;

import dev.longstream.benchmarks.simulation.ScheduleFigures.GroupFates;
import dev.longstream.benchmarks.simulation.ScheduleFigures.IdleShares;
import dev.longstream.files.Table;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Holds figures of the same answers under several policies and bounds on staleness.
 *
 * @param load run that was simulated
 * @param speed times of its devices
 * @param figures figures of each simulation; the first one is {@link SchedulingPolicy#IN_TURNS}
 */
public record ScheduleComparison(SimulatedLoad load, DeviceSpeed speed, List<ScheduleFigures> figures) {
    private static final int NAME_WIDTH = 30;
    private static final int NUMBER_WIDTH = 7;
    private static final int FIRST_STEPS = 10;

    public ScheduleComparison {
        figures = List.copyOf(figures);
    }

    /**
     * Simulates the loop in turns, in strict order under each bound, and under the policies that train what is ready first.
     *
     * @param maxStaleness bounds to simulate, in gradient steps; the policies that train what is ready are left out at 0,
     *     where nothing is ahead of a batch
     */
    public static ScheduleComparison of(SimulatedLoad load, DeviceSpeed speed, List<Integer> maxStaleness) {
        List<ScheduleFigures> figures = new ArrayList<>();
        figures.add(LoopSimulation.run(load, speed, SchedulingPolicy.IN_TURNS, 0));
        for (int bound : maxStaleness) {
            figures.add(LoopSimulation.run(load, speed, SchedulingPolicy.STRICT_ORDER, bound));
        }
        for (SchedulingPolicy policy : List.of(SchedulingPolicy.FIRST_READY, SchedulingPolicy.FIRST_READY_BOUNDED)) {
            for (int bound : maxStaleness) {
                if (bound > 0) {
                    figures.add(LoopSimulation.run(load, speed, policy, bound));
                }
            }
        }
        return new ScheduleComparison(load, speed, figures);
    }

    /** Returns the throughput of one simulation divided by that of taking turns. */
    public double timesInTurns(ScheduleFigures run) {
        return run.groupsPerMinute() / figures.get(0).groupsPerMinute();
    }

    /** Returns what was simulated and a table with a row for each simulation. */
    public List<String> lines() {
        AnswerTail tail = load.tail();
        List<String> lines = new ArrayList<>();
        lines.add(format(
                "simulated: %d steps of %d groups of %d answers, prompts of %d tokens; %d workers and %d trainers, or all %d"
                        + " in turns",
                load.steps(),
                load.batchSize(),
                load.groupSize(),
                load.promptTokens(),
                load.devices().workers(),
                load.devices().trainers(),
                load.devices().all()));
        lines.add(format(
                "answers: median %d tokens, 99th percentile %.0f, limit %d; %.0f%% of groups have equal rewards and are replaced",
                tail.medianTokens(), tail.medianTokens() * tail.tail(), tail.maxTokens(), 100 * load.uniformShare()));
        lines.add(format(
                "a worker: %d rows, %d groups in %d leases",
                load.rollouts().rows(),
                load.rollouts().groupsAtOnce(),
                load.rollouts().leases()));
        lines.addAll(table().text(NAME_WIDTH, NUMBER_WIDTH));
        lines.add(format(
                "length: mean of trained answers divided by the mean of sampled ones, in the first %d steps and in all",
                Math.min(FIRST_STEPS, load.steps())));
        return lines;
    }

    private Table table() {
        Table table = new Table(
                "policy",
                "bound",
                "groups/min",
                "× turns",
                "trainer idle",
                "workers idle",
                "rows used",
                "token age",
                "dropped",
                "length, first",
                "all");
        for (ScheduleFigures run : figures) {
            IdleShares idle = run.idle();
            GroupFates groups = run.groups();
            table.row(
                    run.policy().words(),
                    Integer.toString(run.maxStaleness()),
                    format("%.1f", run.groupsPerMinute()),
                    format("%.2f", timesInTurns(run)),
                    percent(idle.trainer()),
                    percent(idle.workers()),
                    percent(idle.rowsInUse()),
                    format("%.1f ≤ %d", run.meanTokenAge(), run.maxTokenAge()),
                    percent((double) groups.tooOld() / groups.sampled()),
                    format("%.2f", run.lengths().ratioOfFirst(FIRST_STEPS)),
                    format("%.2f", run.lengths().ratio()));
        }
        return table;
    }

    private static String percent(double share) {
        return format("%.0f%%", 100 * share);
    }

    private static String format(String form, Object... values) {
        return String.format(Locale.ROOT, form, values);
    }
}
