package dev.longstream.stack;

import dev.longstream.stack.broker.Login;
import dev.longstream.stack.failure.StackException;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.Reader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.IntStream;
import javax.management.ObjectName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(120)
class LocalStackTest {
    private static final String SCHEMA =
            "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"}]}";

    @TempDir
    Path folder;

    /** A test cannot cut the power; the broker counts what it forces to the disk. */
    @Test
    void shouldForceEveryWriteToTheDiskBeforeItIsAcknowledged() throws Exception {
        try (LocalStack stack = LocalStack.start(LocalStack.Settings.in(folder))) {
            // Given
            create(stack, "t");
            long before = flushes();
            // When
            send(stack, "t", List.of("one"));
            // Then
            assertThat(flushes()).isGreaterThan(before);
        }
    }

    private static long flushes() throws Exception {
        return (Long) ManagementFactory.getPlatformMBeanServer()
                .getAttribute(new ObjectName("kafka.log:type=LogFlushStats,name=LogFlushRateAndTimeMs"), "Count");
    }

    @Test
    void shouldHaveTheSameClusterPortsRecordsAndSchemasWhenItIsStartedAgain() throws Exception {
        // Given
        String cluster;
        String bootstrapServers;
        String registryUrl;
        int id;
        try (LocalStack stack = LocalStack.start(LocalStack.Settings.in(folder))) {
            cluster = clusterId(stack);
            bootstrapServers = stack.bootstrapServers();
            registryUrl = stack.registryUrl();
            create(stack, "t");
            send(stack, "t", List.of("one", "two"));
            id = client(stack).register("t-value", new AvroSchema(SCHEMA));
        }

        // When
        try (LocalStack stack = LocalStack.start(LocalStack.Settings.in(folder))) {
            // Then
            assertThat(clusterId(stack)).isEqualTo(cluster);
            assertThat(stack.bootstrapServers()).isEqualTo(bootstrapServers);
            assertThat(stack.registryUrl()).isEqualTo(registryUrl);
            assertThat(read(stack, "t")).containsExactly("one", "two");
            assertThat(client(stack).getSchemaById(id).canonicalString())
                    .isEqualTo(new AvroSchema(SCHEMA).canonicalString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tr-TR", "ar-EG", "fa-IR"})
    void shouldRefuseALocaleThatKafkaCannotWorkUnderAndLeaveTheFolderUsable(String tag) {
        // Given
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag(tag));
        try {
            // Then
            assertThatThrownBy(() -> LocalStack.start(LocalStack.Settings.in(folder)))
                    .isInstanceOf(StackException.class)
                    .hasMessageContainingAll(tag.replace('-', '_'), "Locale.setDefault(Locale.ROOT)");
        } finally {
            Locale.setDefault(before);
        }
        assertThat(folder.resolve("kafka")).doesNotExist();
    }

    @Test
    void shouldRefuseAFolderWithAComma() {
        Path comma = folder.resolve("runs,2026");

        assertThatThrownBy(() -> LocalStack.start(LocalStack.Settings.in(comma)))
                .isInstanceOf(StackException.class)
                .hasMessageContainingAll(comma.toString(), "comma");
    }

    @Test
    void shouldGoOnWhenThePortsOfLastTimeAreTaken() throws Exception {
        // Given
        String cluster;
        try (LocalStack stack = LocalStack.start(LocalStack.Settings.in(folder))) {
            cluster = clusterId(stack);
            create(stack, "t");
            send(stack, "t", List.of("one"));
        }
        StackFile last = StackFile.read(folder).orElseThrow();
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        try (ServerSocket broker = new ServerSocket(last.brokerPort(), 1, loopback);
                ServerSocket controller = new ServerSocket(last.controllerPort(), 1, loopback);
                ServerSocket registry = new ServerSocket(last.registryPort(), 1, loopback);
                // When
                LocalStack stack = LocalStack.start(LocalStack.Settings.in(folder))) {
            // Then
            assertThat(stack.bootstrapServers()).isNotEqualTo(last.bootstrapServers());
            assertThat(stack.registryUrl()).isNotEqualTo(last.registryUrl());
            assertThat(clusterId(stack)).isEqualTo(cluster);
            create(stack, "another");
            send(stack, "t", List.of("two"));
            assertThat(read(stack, "t")).containsExactly("one", "two");
        }
    }

    @Test
    void shouldLoseNothingThatWasAcknowledgedWhenItsProcessIsKilled() throws Exception {
        // Given
        int acknowledged = 0;
        int id;
        try (StackProcess process = StackProcess.start(folder)) {
            process.nextAcknowledged();
            LocalStack.Running running = LocalStack.running(folder).orElseThrow();
            assertThat(running.pid()).isEqualTo(process.pid());
            id = new CachedSchemaRegistryClient(running.registryUrl(), 10)
                    .register("numbers-value", new AvroSchema(SCHEMA));
            while (acknowledged < 300) {
                acknowledged = process.nextAcknowledged();
            }

            // When
            process.kill();
        }

        // Then
        assertThat(LocalStack.running(folder)).isEmpty();
        try (LocalStack stack = LocalStack.start(LocalStack.Settings.in(folder))) {
            assertThat(read(stack, StackProcess.TOPIC))
                    .startsWith(IntStream.rangeClosed(0, acknowledged)
                            .mapToObj(String::valueOf)
                            .toArray(String[]::new));
            assertThat(client(stack).getSchemaById(id).canonicalString())
                    .isEqualTo(new AvroSchema(SCHEMA).canonicalString());
            assertThat(client(stack).register("other-value", new AvroSchema(SCHEMA)))
                    .isEqualTo(id);
        }
    }

    @Test
    void shouldNameTheHolderWhenAnotherProcessHasTheFolder() throws Exception {
        // Given
        try (StackProcess process = StackProcess.start(folder)) {
            process.nextAcknowledged();
            LocalStack.Running running = LocalStack.running(folder).orElseThrow();

            // Then
            assertThatThrownBy(() -> LocalStack.start(LocalStack.Settings.in(folder)))
                    .isInstanceOf(StackException.class)
                    .hasMessageContainingAll(
                            folder.toString(),
                            "process " + process.pid(),
                            running.bootstrapServers(),
                            running.registryUrl());
        }
    }

    @Test
    void shouldRefuseASecondStackOnTheFolderWhenThisProcessHasOne() {
        // Given
        try (LocalStack stack = LocalStack.start(LocalStack.Settings.in(folder))) {
            // Then
            assertThatThrownBy(() -> LocalStack.start(LocalStack.Settings.in(folder)))
                    .hasMessageContaining(
                            "in use by process " + ProcessHandle.current().pid());
            assertThat(LocalStack.running(folder).orElseThrow().bootstrapServers())
                    .isEqualTo(stack.bootstrapServers());
        }
        assertThat(LocalStack.running(folder)).isEmpty();
    }

    @Test
    void shouldSayWhichPortAndFlagWhenAPortIsInUse() throws Exception {
        // Given
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = taken.getLocalPort();

            // Then
            assertThatThrownBy(() -> LocalStack.start(new LocalStack.Settings(folder, port, 0)))
                    .isInstanceOf(StackException.class)
                    .hasMessageContainingAll("port " + port, "broker", "--broker-port");
            assertThatThrownBy(() -> LocalStack.start(new LocalStack.Settings(folder, 0, port)))
                    .isInstanceOf(StackException.class)
                    .hasMessageContainingAll("port " + port, "schema registry", "--registry-port");
            assertThat(LocalStack.running(folder)).isEmpty();
        }
    }

    @Test
    void shouldSayWhichFolderWhenItCannotBeWritten() throws Exception {
        // Given
        Path file = Files.writeString(folder.resolve("file"), "");

        // Then
        assertThatThrownBy(() -> LocalStack.start(LocalStack.Settings.in(file.resolve("run"))))
                .isInstanceOf(StackException.class)
                .hasMessageContaining(file.resolve("run").toString());
    }

    @Test
    void shouldListenOnTheLoopbackInterfaceOnly() throws Exception {
        // Given
        try (LocalStack stack = LocalStack.start(LocalStack.Settings.in(folder))) {
            StackFile file = StackFile.read(folder).orElseThrow();

            // When
            Map<Integer, String> listening = ListeningSockets.ofThisProcess();

            // Then
            assertThat(listening).containsKeys(file.brokerPort(), file.controllerPort(), file.registryPort());
            assertThat(stack.registryUrl())
                    .isEqualTo("http://127.0.0.1:"
                            + URI.create(stack.registryUrl()).getPort());
            assertThat(listening)
                    .allSatisfy((port, address) ->
                            assertThat(address).as("port %d", port).isIn(ListeningSockets.LOOPBACK));
        }
    }

    @Test
    void shouldServeOnlyWhoKnowsThePasswordThatOnlyTheOwnerCanRead() throws Exception {
        // Given
        Path made = folder.resolve("runs/stack");
        try (LocalStack stack = LocalStack.start(LocalStack.Settings.in(made))) {
            Properties stock = new Properties();
            try (Reader file = Files.newBufferedReader(made.resolve("client.properties"))) {
                stock.load(file);
            }
            stock.put("bootstrap.servers", stack.bootstrapServers());
            Map<String, Object> wrong = settings(stack, Login.random().clientProperties());
            // Then
            try (Admin admin = Admin.create(stock)) {
                assertThat(admin.describeCluster().clusterId().get()).isEqualTo(clusterId(stack));
            }
            try (Admin admin = Admin.create(wrong)) {
                assertThatThrownBy(() -> admin.describeCluster().clusterId().get())
                        .hasCauseInstanceOf(SaslAuthenticationException.class);
            }
            assertThat(mode(made.resolve("stack.json"))).isEqualTo("rw-------");
            assertThat(mode(made.resolve("client.properties"))).isEqualTo("rw-------");
            assertThat(mode(made)).isEqualTo("rwx------");
            assertThat(mode(made.getParent())).isEqualTo("rwx------");
        }
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void shouldHandARecordToOneWorkerOfAShareGroup() throws Exception {
        // Given
        try (LocalStack stack = LocalStack.start(LocalStack.Settings.in(folder));
                Admin admin = Admin.create(settings(stack, Map.of()))) {
            create(stack, "work");
            send(stack, "work", List.of("one", "two", "three"));
            var group = new ConfigResource(ConfigResource.Type.GROUP, "workers");
            admin.incrementalAlterConfigs(Map.of(
                            group,
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET))))
                    .all()
                    .get();

            // When
            List<String> done = new ArrayList<>();
            try (var first = shareConsumer(stack);
                    var second = shareConsumer(stack)) {
                while (done.size() < 3) {
                    first.poll(Duration.ofMillis(100)).forEach(work -> done.add(work.value()));
                    second.poll(Duration.ofMillis(100)).forEach(work -> done.add(work.value()));
                }
            }

            // Then
            assertThat(done).containsExactlyInAnyOrder("one", "two", "three");
        }
    }

    private static KafkaShareConsumer<String, String> shareConsumer(LocalStack stack) {
        var consumer = new KafkaShareConsumer<>(
                settings(stack, Map.of("group.id", "workers")), new StringDeserializer(), new StringDeserializer());
        consumer.subscribe(List.of("work"));
        return consumer;
    }

    private static Map<String, Object> settings(LocalStack stack, Map<String, ?> more) {
        Map<String, Object> settings = new HashMap<>(stack.clientProperties());
        settings.put("bootstrap.servers", stack.bootstrapServers());
        settings.putAll(more);
        return settings;
    }

    private static CachedSchemaRegistryClient client(LocalStack stack) {
        return new CachedSchemaRegistryClient(stack.registryUrl(), 10);
    }

    private static String clusterId(LocalStack stack) throws Exception {
        try (Admin admin = Admin.create(settings(stack, Map.of()))) {
            return admin.describeCluster().clusterId().get();
        }
    }

    private static void create(LocalStack stack, String topic) throws Exception {
        try (Admin admin = Admin.create(settings(stack, Map.of()))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
    }

    private static void send(LocalStack stack, String topic, List<String> values) throws Exception {
        try (var producer = new KafkaProducer<>(
                settings(stack, Map.of("acks", "all")), new StringSerializer(), new StringSerializer())) {
            for (String value : values) {
                producer.send(new ProducerRecord<>(topic, "", value)).get();
            }
        }
    }

    private static List<String> read(LocalStack stack, String topic) {
        List<String> values = new ArrayList<>();
        TopicPartition partition = new TopicPartition(topic, 0);
        try (var consumer = new KafkaConsumer<>(
                settings(stack, Map.of("auto.offset.reset", "earliest")),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.assign(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(entry -> values.add(entry.value()));
            }
        }
        return values;
    }
}
