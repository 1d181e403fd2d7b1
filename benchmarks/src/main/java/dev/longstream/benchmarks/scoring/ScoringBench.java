package dev.longstream.benchmarks.scoring;

import dev.longstream.benchmarks.scoring.MadeTrajectories.EncodedTrajectory;
import dev.longstream.benchmarks.scoring.ScoringFigures.Percentiles;
import dev.longstream.benchmarks.scoring.ScoringFigures.Throughput;
import dev.longstream.log.EventLog;
import dev.longstream.log.LogAddress;
import dev.longstream.log.Replication;
import dev.longstream.log.TopicAdmin;
import dev.longstream.log.TopicReader;
import dev.longstream.log.Topics;
import dev.longstream.record.Batch;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.stack.LocalStack;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Measures how fast trajectories become batches, and how long a group takes, beside a plain copy of the same records on the same
 * broker.
 *
 * <p>Throughput: each round writes its trajectories while nothing reads; then the copy reads them, then the stages. The time of the
 * copy begins with its first record. The time of the stages begins when the first scores can be read, which then no longer count,
 * and ends when the last batch can be read. Latency: groups arrive one by one at a fixed rate; a batch has one group.
 */
public final class ScoringBench {
    private static final Duration POLL = Duration.ofMillis(10);
    /** Groups that pass before latency is measured, so that the code is compiled. */
    private static final int WARM_UP_GROUPS = 40;

    private final ScoringLoad load;
    private final Path folder;
    private final Consumer<String> progress;

    /**
     * Creates a benchmark.
     *
     * @param folder empty folder for the broker and for the stages' state
     * @param progress receives a line of text for each part
     */
    public ScoringBench(ScoringLoad load, Path folder, Consumer<String> progress) {
        this.load = load;
        this.folder = folder;
        this.progress = progress;
    }

    /**
     * Runs the benchmark.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    public ScoringFigures measure() throws InterruptedException {
        progress.accept("starting a broker");
        try (LocalStack stack = LocalStack.start(LocalStack.Settings.in(folder.resolve("stack")))) {
            LogAddress address =
                    new LogAddress(stack.bootstrapServers(), stack.registryUrl(), stack.clientProperties());
            Rounds rounds = throughput(run(address, "throughput"));
            EventLog log = run(address, "latency");
            progress.accept("latency of consume and produce");
            MadeTrajectories made = new MadeTrajectories(log, load);
            Percentiles plain = plainLatency(log, made);
            progress.accept("latency of scoring, grouping and batching");
            Percentiles stages = stagesLatency(log, made);
            return new ScoringFigures(
                    load,
                    rounds.bytes,
                    new Throughput(rounds.stages),
                    new Throughput(rounds.plain),
                    stages,
                    plain);
        }
    }

    private EventLog run(LogAddress address, String name) {
        EventLog log = new EventLog(address, new Topics(name, load.partitions()));
        new TopicAdmin(log, Replication.SINGLE).createAll();
        return log;
    }

    /** Records a second of every timed round. */
    private static final class Rounds {
        private final List<Double> plain = new ArrayList<>();
        private final List<Double> stages = new ArrayList<>();
        private long bytes;
    }

    /** Runs a round to warm up, then the timed ones. */
    private Rounds throughput(EventLog log) throws InterruptedException {
        Rounds rounds = new Rounds();
        MadeTrajectories made = new MadeTrajectories(log, load);
        try (PlainCopy copy = new PlainCopy(log);
                TopicReader<ScoredTrajectory> scored =
                        new TopicReader<>(log, log.topics().scored());
                TopicReader<Batch> batches = new TopicReader<>(log, log.topics().batches())) {
            for (int round = 0; round <= load.rounds(); round++) {
                progress.accept(round == 0 ? "warming up" : "round " + round + " of " + load.rounds());
                long bytes = write(log, made);
                double plain = load.records() / copy.copy(load.records());
                double stages = stages(log, scored, batches);
                if (round > 0) {
                    rounds.bytes = bytes;
                    rounds.plain.add(plain);
                    rounds.stages.add(stages);
                }
            }
        }
        return rounds;
    }

    private long write(EventLog log, MadeTrajectories made) {
        long bytes = 0;
        try (KafkaProducer<String, byte[]> producer = PlainCopy.producer(log)) {
            for (int group = 0; group < load.groups(); group++) {
                for (EncodedTrajectory trajectory : made.group()) {
                    send(producer, log, trajectory);
                    bytes += trajectory.value().length;
                }
            }
        }
        return bytes;
    }

    private static void send(KafkaProducer<String, byte[]> producer, EventLog log, EncodedTrajectory trajectory) {
        producer.send(new ProducerRecord<>(
                log.topics().trajectories().name(), trajectory.groupId(), trajectory.value()));
    }

    /** Starts the stages, waits for the last batch, and returns the records a second. */
    private double stages(EventLog log, TopicReader<ScoredTrajectory> scored, TopicReader<Batch> batches) {
        int[] seen = new int[2];
        try (RunningStages stages = new RunningStages(log, folder.resolve("streams"), ScoringLoad.BATCH)) {
            while (seen[0] == 0) {
                scored.poll(POLL, record -> seen[0]++);
                stages.check();
            }
            long begin = System.nanoTime();
            int before = seen[0];
            while (seen[1] < load.groups() / ScoringLoad.BATCH) {
                batches.poll(POLL, record -> seen[1]++);
                stages.check();
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            while (seen[0] < load.records()) {
                scored.poll(POLL, record -> seen[0]++);
            }
            return (load.records() - before) / seconds;
        }
    }

    private Percentiles plainLatency(EventLog log, MadeTrajectories made) throws InterruptedException {
        AtomicBoolean stopped = new AtomicBoolean();
        try (PlainCopy copy = new PlainCopy(log);
                KafkaConsumer<String, byte[]> copies = log.consumer(Map.of())) {
            PlainCopy.seekToEnd(copies, log, PlainCopy.topic(log));
            Thread copying = new Thread(
                    () -> {
                        while (!stopped.get()) {
                            copy.copyNew();
                        }
                    },
                    "plain-copy");
            copying.start();
            try {
                Map<String, Integer> members = new HashMap<>();
                return latencies(log, made, seen -> {
                    for (ConsumerRecord<String, byte[]> record : copies.poll(POLL)) {
                        if (members.merge(record.key(), 1, Integer::sum) == load.groupSize()) {
                            seen.accept(record.key());
                        }
                    }
                });
            } finally {
                stopped.set(true);
                copying.join();
            }
        }
    }

    private Percentiles stagesLatency(EventLog log, MadeTrajectories made) throws InterruptedException {
        try (RunningStages stages = new RunningStages(log, folder.resolve("streams"), 1);
                TopicReader<Batch> batches = new TopicReader<>(log, log.topics().batches())) {
            return latencies(log, made, seen -> {
                stages.check();
                batches.poll(
                        POLL,
                        record -> seen.accept(record.value().getGroups().get(0).getGroupId()));
            });
        }
    }

    /** Looks for groups that have passed. */
    private interface Watch {
        void look(Consumer<String> seen);
    }

    /** Sends groups at the rate of the load, waits until each has passed, and returns the percentiles of the time it took. */
    private Percentiles latencies(EventLog log, MadeTrajectories made, Watch watch) {
        Map<String, Long> sent = new HashMap<>();
        List<Double> latencies = new ArrayList<>();
        Consumer<String> seen = group -> {
            Long at = sent.remove(group);
            if (at != null) {
                latencies.add((System.nanoTime() - at) / 1e6);
            }
        };
        int groups = Math.max(1, load.recordsPerSecond() * load.seconds() / load.groupSize());
        long interval = 1_000_000_000L * load.groupSize() / load.recordsPerSecond();
        try (KafkaProducer<String, byte[]> producer = PlainCopy.producer(log)) {
            for (int group = 0; group < WARM_UP_GROUPS; group++) {
                send(producer, log, made.group(), sent);
            }
            while (!sent.isEmpty()) {
                watch.look(seen);
            }
            latencies.clear();
            long next = System.nanoTime();
            for (int group = 0; group < groups; group++) {
                List<EncodedTrajectory> trajectories = made.group();
                while (System.nanoTime() < next) {
                    watch.look(seen);
                }
                next += interval;
                send(producer, log, trajectories, sent);
            }
            while (!sent.isEmpty()) {
                watch.look(seen);
            }
        }
        return Percentiles.of(latencies);
    }

    private static void send(
            KafkaProducer<String, byte[]> producer,
            EventLog log,
            List<EncodedTrajectory> group,
            Map<String, Long> sent) {
        group.forEach(trajectory -> send(producer, log, trajectory));
        sent.put(group.get(0).groupId(), System.nanoTime());
    }
}
