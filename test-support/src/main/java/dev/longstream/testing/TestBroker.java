package dev.longstream.testing;

import dev.longstream.log.EventLog;
import dev.longstream.log.LogAddress;
import dev.longstream.log.Replication;
import dev.longstream.log.Topic;
import dev.longstream.log.TopicAdmin;
import dev.longstream.log.TopicReader;
import dev.longstream.log.Topics;
import dev.longstream.stack.LocalStack;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/**
 * A broker and a schema registry in the process for all tests of a class, on a temporary folder. Each test takes a run
 * of its own, so that none sees another's records.
 *
 * <pre>
 * {@literal @}RegisterExtension
 * static final TestBroker BROKER = new TestBroker();
 * … EventLog log = BROKER.newRun("my-run", 1); …
 * </pre>
 */
public final class TestBroker implements BeforeAllCallback, AfterAllCallback {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(200);

    private @Nullable Path folder;
    private @Nullable LocalStack stack;

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        folder = MemoryFolders.create("test-broker-");
        stack = LocalStack.start(LocalStack.Settings.in(folder));
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        if (stack != null) {
            stack.close();
        }
        if (folder != null) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Returns the addresses of the broker and of the registry, with the broker's login. */
    public LogAddress address() {
        LocalStack running = Objects.requireNonNull(stack, "the broker starts before the first test of its class");
        return new LogAddress(running.bootstrapServers(), running.registryUrl(), running.clientProperties());
    }

    /** Returns the file with the login, for {@code log.properties-file}. */
    public Path clientProperties() {
        return Objects.requireNonNull(folder, "the broker starts before the first test of its class")
                .resolve("client.properties");
    }

    /**
     * Returns the log of a new run, with all its topics.
     *
     * @param name name of the run; no other test of the class uses it
     * @param partitions number of partitions of the topics that have several
     */
    public EventLog newRun(String name, int partitions) {
        EventLog log = new EventLog(address(), new Topics(name, partitions));
        new TopicAdmin(log, Replication.SINGLE).createAll();
        return log;
    }

    /** Waits up to two minutes until a topic has exactly {@code count} values, and returns them. */
    public static <V extends SpecificRecord> List<V> awaitValues(EventLog log, Topic<V> topic, int count) {
        List<V> values = new ArrayList<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (TopicReader<V> reader = new TopicReader<>(log, topic)) {
            while (values.size() < count && System.nanoTime() < deadline) {
                reader.poll(POLL, record -> values.add(record.value()));
            }
        }
        if (values.size() != count) {
            throw new AssertionError(topic.name() + " has " + values.size() + " records, expected " + count);
        }
        return values;
    }

    /** Returns all values of a topic, by partition and offset. */
    public static <V extends SpecificRecord> List<V> values(EventLog log, Topic<V> topic) {
        List<V> values = new ArrayList<>();
        TopicReader.readAll(log, topic, record -> values.add(record.value()));
        return values;
    }

    /** Writes a record to a topic and waits until the broker has it. */
    public static <V extends SpecificRecord> void send(EventLog log, Topic<V> topic, String key, V value)
            throws ExecutionException, InterruptedException {
        try (KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of())) {
            producer.send(new ProducerRecord<>(topic.name(), key, value)).get();
        }
    }
}
