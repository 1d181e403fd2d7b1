package dev.longstream.benchmarks.scoring;

import dev.longstream.benchmarks.scoring.ScoringFigures.Percentiles;
import dev.longstream.benchmarks.scoring.ScoringFigures.Throughput;
import dev.longstream.log.EventLog;
import dev.longstream.log.LogAddress;
import dev.longstream.log.Replication;
import dev.longstream.log.TopicAdmin;
import dev.longstream.log.TopicReader;
import dev.longstream.log.Topics;
import dev.longstream.record.Batch;
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
 * <p>Throughput: each round writes its trajectories twice in open transactions, for the copy and for the stages. Committing the
 * one starts the copy, which ends when all copies are durable; then committing the other starts the stages, which end when the last
 * batch can be read. Latency: groups arrive one by one at a fixed rate, and a batch has one group.
 */
public final class ScoringBench {
    private static final Duration POLL = Duration.ofMillis(10);
    private static final double NANOS_IN_A_MILLISECOND = 1e6;
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
            Percentiles plain = plainLatency(log, new MadeTrajectories(log, load));
            progress.accept("latency of scoring, grouping and batching");
            Percentiles stages = stagesLatency(log, new MadeTrajectories(log, load));
            return new ScoringFigures(
                    load, rounds.bytes, new Throughput(rounds.stages), new Throughput(rounds.plain), stages, plain);
        }
    }

    private EventLog run(LogAddress address, String name) {
        EventLog log = new EventLog(address, new Topics(name, load.partitions()));
        new TopicAdmin(log, Replication.SINGLE).createAll();
        BenchTopics.create(log);
        return log;
    }

    /** Records a second of every timed round. */
    private static final class Rounds {
        private final List<Double> plain = new ArrayList<>();
        private final List<Double> stages = new ArrayList<>();
        private long bytes;
    }

    /** Runs a round to warm up, then the timed ones. */
    private Rounds throughput(EventLog log) {
        Rounds rounds = new Rounds();
        MadeTrajectories made = new MadeTrajectories(log, load);
        try (PlainCopy copy = new PlainCopy(log);
                HiddenRecords source = new HiddenRecords(log, BenchTopics.source(log));
                HiddenRecords trajectories =
                        new HiddenRecords(log, log.topics().trajectories().name());
                RunningStages stages = new RunningStages(log, folder.resolve("streams"), ScoringLoad.BATCH);
                TopicReader<Batch> batches = new TopicReader<>(log, log.topics().batches())) {
            for (int round = 0; round <= load.rounds(); round++) {
                progress.accept(round == 0 ? "warming up" : "round " + round + " of " + load.rounds());
                long bytes = write(made, source, trajectories);
                double plain = seconds(() -> {
                    source.reveal();
                    copy.copy(load.records());
                });
                double ours = seconds(() -> {
                    trajectories.reveal();
                    await(load.groups() / ScoringLoad.BATCH, batches, stages);
                });
                if (round > 0) {
                    rounds.bytes = bytes;
                    rounds.plain.add(load.records() / plain);
                    rounds.stages.add(load.records() / ours);
                }
            }
        }
        return rounds;
    }

    private long write(MadeTrajectories made, HiddenRecords source, HiddenRecords trajectories) {
        long bytes = 0;
        source.begin();
        trajectories.begin();
        for (int group = 0; group < load.groups(); group++) {
            for (ProducerRecord<String, byte[]> trajectory : made.group()) {
                source.add(trajectory);
                trajectories.add(trajectory);
                bytes += trajectory.value().length;
            }
        }
        source.flush();
        trajectories.flush();
        return bytes;
    }

    private static double seconds(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) / 1e9;
    }

    private static void await(int count, TopicReader<Batch> batches, RunningStages stages) {
        int[] seen = new int[1];
        while (seen[0] < count) {
            batches.poll(POLL, record -> seen[0]++);
            stages.check();
        }
    }

    private Percentiles plainLatency(EventLog log, MadeTrajectories made) throws InterruptedException {
        AtomicBoolean stopped = new AtomicBoolean();
        try (PlainCopy copy = new PlainCopy(log);
                KafkaConsumer<String, byte[]> copies = BenchTopics.consumer(log, BenchTopics.copy(log))) {
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
                return latencies(log, BenchTopics.source(log), made, seen -> {
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
            return latencies(log, log.topics().trajectories().name(), made, seen -> {
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
    private Percentiles latencies(EventLog log, String topic, MadeTrajectories made, Watch watch) {
        Map<String, Long> sent = new HashMap<>();
        List<Double> latencies = new ArrayList<>();
        Consumer<String> seen = group -> {
            Long at = sent.remove(group);
            if (at != null) {
                latencies.add((System.nanoTime() - at) / NANOS_IN_A_MILLISECOND);
            }
        };
        int groups = Math.max(1, load.recordsPerSecond() * load.seconds() / load.groupSize());
        long interval = Duration.ofSeconds(load.groupSize()).toNanos() / load.recordsPerSecond();
        try (KafkaProducer<String, byte[]> producer = BenchTopics.producer(log, Map.of())) {
            for (int group = 0; group < WARM_UP_GROUPS; group++) {
                send(producer, topic, made.group(), sent);
            }
            while (!sent.isEmpty()) {
                watch.look(seen);
            }
            latencies.clear();
            long next = System.nanoTime();
            for (int group = 0; group < groups; group++) {
                List<ProducerRecord<String, byte[]>> trajectories = made.group();
                while (System.nanoTime() < next) {
                    watch.look(seen);
                }
                next += interval;
                send(producer, topic, trajectories, sent);
            }
            while (!sent.isEmpty()) {
                watch.look(seen);
            }
        }
        return Percentiles.of(latencies);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a group that is lost never passes
    private static void send(
            KafkaProducer<String, byte[]> producer,
            String topic,
            List<ProducerRecord<String, byte[]>> group,
            Map<String, Long> sent) {
        group.forEach(record -> producer.send(new ProducerRecord<>(topic, record.key(), record.value())));
        sent.put(group.get(0).key(), System.nanoTime());
    }
}
