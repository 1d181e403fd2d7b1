package dev.longstream.stack.broker;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(120)
class TransactionWatchTest {
    private static final String HOST = "127.0.0.1";
    private static final Login LOGIN = Login.of("secret");
    private static final String ID = "killed";
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);
    private static final Duration OFTEN = Duration.ofMillis(200);
    private static final Duration NEVER = Duration.ofDays(1);

    @TempDir
    Path folder;

    @Test
    void shouldEndAHangingTransactionWhenItArisesWhileTheBrokerRuns() throws Exception {
        // Given
        try (EmbeddedBroker broker = start(OFTEN)) {
            // When
            leaveATransactionHanging(broker);

            // Then
            assertThat(firstCommittedAfterIt(broker)).isEqualTo("after");
        }
    }

    @Test
    void shouldEndAHangingTransactionWhenTheBrokerStarts() throws Exception {
        // Given
        try (EmbeddedBroker broker = start(NEVER)) {
            leaveATransactionHanging(broker);
        }

        // When
        try (EmbeddedBroker broker = start(NEVER)) {
            // Then
            assertThat(firstCommittedAfterIt(broker)).isEqualTo("after");
        }
    }

    @Test
    void shouldCommitAHangingTransactionWhenItsProducerWasToldThatItIsCommitted() throws Exception {
        // Given
        try (EmbeddedBroker broker = start(NEVER);
                Admin admin = admin(broker);
                KafkaProducer<String, String> producer = producer(broker, Map.of("transactional.id", ID))) {
            createTopic(admin);
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(PARTITION.topic(), PARTITION.partition() + 1, null, "elsewhere"));
            producer.commitTransaction();
            TransactionDescription committed = description(admin);
            while (committed.state() != TransactionState.COMPLETE_COMMIT) {
                committed = description(admin);
            }
            writeUntilItHangs(broker, admin, "committed", committed.producerId(), committed.producerEpoch() - 1);
        }

        // When
        try (EmbeddedBroker broker = start(NEVER)) {
            // Then
            assertThat(firstCommittedAfterIt(broker)).isEqualTo("committed");
        }
    }

    @Test
    void shouldLeaveATransactionAloneWhenItsProducerIsStillAtIt() throws Exception {
        // Given
        try (EmbeddedBroker broker = start(NEVER);
                Admin admin = admin(broker);
                KafkaProducer<String, String> producer = producer(broker, Map.of("transactional.id", "slow"))) {
            createTopic(admin);
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(PARTITION.topic(), PARTITION.partition(), null, "slow"))
                    .get();

            // When
            HangingTransactions transactions = new HangingTransactions(admin, broker.bootstrapServers(), LOGIN);
            transactions.look();
            transactions.look();
            producer.commitTransaction();

            // Then
            assertThat(firstCommittedAfterIt(broker)).isEqualTo("slow");
        }
    }

    private EmbeddedBroker start(Duration betweenLooks) throws IOException {
        return EmbeddedBroker.start(
                folder.resolve("kafka"), HOST, freePort(), freePort(), LOGIN, Map.of(), betweenLooks);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void leaveATransactionHanging(EmbeddedBroker broker) throws Exception {
        try (Admin admin = admin(broker);
                KafkaProducer<String, String> producer = producer(broker, Map.of("transactional.id", ID))) {
            createTopic(admin);
            producer.initTransactions();
            TransactionDescription known = description(admin);
            writeUntilItHangs(broker, admin, "never committed", known.producerId(), known.producerEpoch());
            try (KafkaProducer<String, String> other = producer(broker, Map.of())) {
                other.send(new ProducerRecord<>(PARTITION.topic(), PARTITION.partition(), null, "after"))
                        .get();
            }
        }
    }

    private static void createTopic(Admin admin) throws Exception {
        admin.createTopics(List.of(new NewTopic(PARTITION.topic(), 2, (short) 1)))
                .all()
                .get();
    }

    private static TransactionDescription description(Admin admin) throws Exception {
        return admin.describeTransactions(List.of(ID)).description(ID).get();
    }

    /** Writes for a producer that has begun nothing, past the broker's check of exactly that. */
    private static void writeUntilItHangs(EmbeddedBroker broker, Admin admin, String value, long producerId, int epoch)
            throws Exception {
        admin.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.BROKER, ""),
                        List.of(new AlterConfigOp(
                                new ConfigEntry("transaction.partition.verification.enable", "false"),
                                AlterConfigOp.OpType.SET))))
                .all()
                .get();
        MemoryRecords records = MemoryRecords.withTransactionalRecords(
                Compression.NONE,
                producerId,
                (short) epoch,
                0,
                new SimpleRecord(value.getBytes(StandardCharsets.UTF_8)));
        while (hanging(admin) == 0) { // the setting reaches the broker a little later
            write(broker, records);
        }
    }

    private static long hanging(Admin admin) throws Exception {
        return admin.describeProducers(List.of(PARTITION)).partitionResult(PARTITION).get().activeProducers().stream()
                .filter(producer -> producer.currentTransactionStartOffset().isPresent())
                .count();
    }

    private static void write(EmbeddedBroker broker, MemoryRecords records) throws IOException {
        short version = ProduceRequest.LAST_STABLE_VERSION_BEFORE_TRANSACTION_V2; // later ones begin the transaction
        ProduceRequestData.TopicProduceDataCollection topics = new ProduceRequestData.TopicProduceDataCollection();
        topics.add(new ProduceRequestData.TopicProduceData()
                .setName(PARTITION.topic())
                .setPartitionData(List.of(new ProduceRequestData.PartitionProduceData()
                        .setIndex(PARTITION.partition())
                        .setRecords(records))));
        ProduceRequestData data = new ProduceRequestData()
                .setTransactionalId(ID)
                .setAcks((short) -1)
                .setTimeoutMs(10_000)
                .setTopicData(topics);
        try (RawConnection connection = RawConnection.open(broker.bootstrapServers(), LOGIN)) {
            connection.send(new ProduceRequest(data, version));
        }
    }

    private static String firstCommittedAfterIt(EmbeddedBroker broker) {
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                client(broker, Map.of("isolation.level", "read_committed")),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.assign(List.of(PARTITION));
            consumer.seekToBeginning(List.of(PARTITION));
            List<String> values = new ArrayList<>();
            while (values.isEmpty()) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
            }
            return values.get(0);
        }
    }

    private static Admin admin(EmbeddedBroker broker) {
        return Admin.create(client(broker, Map.of()));
    }

    private static KafkaProducer<String, String> producer(EmbeddedBroker broker, Map<String, Object> settings) {
        return new KafkaProducer<>(client(broker, settings), new StringSerializer(), new StringSerializer());
    }

    private static Map<String, Object> client(EmbeddedBroker broker, Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.putAll(LOGIN.clientProperties());
        all.put("bootstrap.servers", broker.bootstrapServers());
        return all;
    }
}
