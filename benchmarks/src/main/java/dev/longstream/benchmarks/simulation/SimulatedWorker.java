package dev.longstream.benchmarks.simulation;

import dev.longstream.producers.queue.LeaseRule;
import dev.longstream.producers.rollouts.RolloutConfig;
import dev.longstream.producers.rollouts.SamplingVersion;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/**
 * Worker with a simulated engine. It repeats what {@code RolloutWorker} repeats: new weights, new assignments, a chunk of tokens
 * of every answer.
 */
final class SimulatedWorker {
    private final LoopSimulation run;
    private final VirtualTime time;
    private final DeviceSpeed speed;
    private final RolloutConfig config;
    private final List<List<SimulatedGroup>> leases = new ArrayList<>();
    private final Deque<SimulatedGroup> waiting = new ArrayDeque<>();
    private final List<Row> rows = new ArrayList<>();
    private long version;
    private boolean idle = true;
    private double samplingSeconds;
    private double loadingSeconds;
    private double rowSeconds;

    /** Answer in progress. */
    private static final class Row {
        private final SimulatedGroup group;
        private final int answer;
        private int tokensLeft;

        Row(SimulatedGroup group, int answer) {
            this.group = group;
            this.answer = answer;
            this.tokensLeft = group.length(answer);
        }
    }

    SimulatedWorker(LoopSimulation run, VirtualTime time, DeviceSpeed speed, RolloutConfig config) {
        this.run = run;
        this.time = time;
        this.speed = speed;
        this.config = config;
        for (int lease = 0; lease < config.leases(); lease++) {
            leases.add(new ArrayList<>());
        }
    }

    /** Seconds in which prompts were read and answers decoded. */
    double samplingSeconds() {
        return samplingSeconds;
    }

    /** Seconds in which weights were loaded. */
    double loadingSeconds() {
        return loadingSeconds;
    }

    /** Answers in progress, summed over the seconds of sampling. */
    double rowSeconds() {
        return rowSeconds;
    }

    /** Lets an idle worker look for weights and assignments now. */
    void wake() {
        if (idle) {
            idle = false;
            time.after(0, this::useNewestWeights);
        }
    }

    private void useNewestWeights() {
        long newest = run.newestVersion();
        if (newest == version) {
            take(0);
            return;
        }
        loadingSeconds += speed.loadWeights();
        time.after(speed.loadWeights(), () -> {
            version = newest;
            take(0);
        });
    }

    /** Lets the leases acquire groups one after the other, between those of the other workers. */
    private void take(int lease) {
        if (lease == leases.size()) {
            decodeChunk();
            return;
        }
        List<SimulatedGroup> held = leases.get(lease);
        if (!LeaseRule.mayAcquire(held.size())) {
            take(lease + 1);
            return;
        }
        int records = LeaseRule.recordsEach(config.groupsAtOnce(), config.leases());
        for (int i = 0; i < records && run.hasAssignment(); i++) {
            held.add(run.takeAssignment());
        }
        waiting.addAll(held);
        time.after(0, () -> take(lease + 1));
    }

    private void decodeChunk() {
        long newestAdmitting =
                groups().mapToLong(group -> group.admitted().version()).max().orElse(-1);
        if (!SamplingVersion.isFreshEnough(version, newestAdmitting)) {
            useNewestWeights();
            return;
        }
        double seconds = 0;
        while (!waiting.isEmpty() && rows.size() + waiting.element().answers() <= config.rows()) {
            begin(waiting.remove());
            seconds += run.load().promptTokens() * speed.readToken();
        }
        if (rows.isEmpty()) {
            idle = true;
            return;
        }
        int tokens = Math.min(
                config.chunkTokens(),
                rows.stream().mapToInt(row -> row.tokensLeft).max().orElseThrow());
        seconds += tokens * (speed.decodeStep() + rows.size() * speed.decodeRow());
        samplingSeconds += seconds;
        rowSeconds += seconds * rows.size();
        time.after(seconds, () -> finishChunk(tokens));
    }

    private Stream<SimulatedGroup> groups() {
        return leases.stream().flatMap(List::stream);
    }

    private void begin(SimulatedGroup group) {
        for (int answer = 0; answer < group.answers(); answer++) {
            group.beganUnder(answer, version);
            rows.add(new Row(group, answer));
        }
    }

    private void finishChunk(int tokens) {
        List<Row> over = new ArrayList<>();
        for (Row row : rows) {
            row.tokensLeft -= tokens;
            if (row.tokensLeft <= 0) {
                over.add(row);
            }
        }
        rows.removeAll(over);
        for (Row row : over) {
            if (row.group.finishedUnder(row.answer, version)) {
                leases.forEach(held -> held.remove(row.group));
                run.sampled(row.group);
            }
        }
        useNewestWeights();
    }
}
