package dev.longstream.it.torture;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.longstream.it.torture.Fault.Kind;
import dev.longstream.log.Topic;
import dev.longstream.log.Topics;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every role in a process of its own beside one stock broker or three, under faults of a seed. Afterwards the log must keep
 * every promise, and a replay must give the same weights. Takes some minutes a seed; only {@code mvn -Ptorture} runs it.
 *
 * <p>Properties: {@code torture.seeds} (such as {@code 1..10}), {@code torture.faults} (of each seed), {@code torture.steps}
 * (of each run), {@code torture.brokers} (1 or 3), {@code torture.targets} (processes to hit, such as {@code broker,registry}
 * or {@code broker-1,broker-2}; all by default). Tables go to {@code target/torture}, and a failed seed leaves its processes'
 * output there.
 */
@Tag("torture")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TortureTest {
    private static final int FAULTS = Integer.getInteger("torture.faults", 30);
    private static final int BROKERS = Integer.getInteger("torture.brokers", 1);
    private static final int STEPS = Integer.getInteger("torture.steps", 6 * FAULTS + 40);
    private static final Path FOLDER = Path.of("target", "torture");

    private final RecoveryTimes recovery = new RecoveryTimes();
    private final List<Map<String, Object>> results = new ArrayList<>();

    static LongStream seeds() {
        String[] bounds = System.getProperty("torture.seeds", "1").split("\\.\\.");
        return LongStream.rangeClosed(Long.parseLong(bounds[0]), Long.parseLong(bounds[bounds.length - 1]));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldKeepEveryPromiseWhenProcessesNetworksAndDisksFail(long seed) throws Exception {
        // Given
        Path folder = FOLDER.resolve("seed-" + seed + "-" + System.currentTimeMillis());
        List<String> violations = new ArrayList<>();
        long begin = System.nanoTime();
        try (TortureCluster cluster = new TortureCluster(folder, seed, STEPS, BROKERS)) {
            cluster.start();
            // When
            TortureRun run = new TortureRun(
                    cluster, FaultSchedule.of(seed, FAULTS, targets(cluster.brokerNames())), seed, recovery);
            violations.addAll(run.run());
            // Then
            violations.addAll(Invariants.check(cluster.log(TortureCluster.RUN), STEPS, run.badRecords()));
            if (violations.isEmpty()) {
                cluster.replay("again");
                violations.addAll(Invariants.sameWeights(cluster.log(TortureCluster.RUN), cluster.log("again")));
            }
            results.add(Map.of(
                    "seed", seed,
                    "faults", run.injected(),
                    "steps", STEPS,
                    "seconds", (System.nanoTime() - begin) / 1_000_000_000,
                    "violations", violations));
        }
        assertThat(violations).as("what seed %d broke; see %s", seed, folder).isEmpty();
        delete(folder);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static Map<Kind, List<String>> targets(List<String> brokers) {
        List<String> roles = new ArrayList<>(TortureCluster.behindProxies());
        List<String> processes = new ArrayList<>(roles);
        processes.addAll(brokers);
        List<String> wanted = List.of(System.getProperty("torture.targets", String.join(",", processes))
                .split(","));
        roles.retainAll(wanted);
        processes.retainAll(wanted);
        Topics topics = new Topics(TortureCluster.RUN, 2);
        Map<Kind, List<String>> targets = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            targets.put(
                    kind,
                    switch (kind) {
                        case KILL, TERM, SUSPEND -> processes;
                        case CUT, FREEZE, SLOW -> BROKERS == 1 ? roles : List.of(); // proxies are before one broker
                        case FULL_DISK ->
                            roles.stream()
                                    .filter(TortureCluster.TRAINER::equals)
                                    .toList();
                        case BAD_RECORD ->
                            topics.all().stream()
                                    .map(Topic::name)
                                    .map(name -> name.substring(topics.name("").length()))
                                    .toList();
                    });
        }
        return targets;
    }

    @AfterAll
    void report() throws IOException {
        Files.createDirectories(FOLDER);
        Files.writeString(FOLDER.resolve("recovery.csv"), recovery.csv());
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(FOLDER.resolve("seeds.json").toFile(), results);
        System.out.println(recovery.table());
        results.forEach(System.out::println);
    }
}
