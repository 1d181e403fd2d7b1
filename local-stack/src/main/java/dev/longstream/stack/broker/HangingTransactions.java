package dev.longstream.stack.broker;

import dev.longstream.stack.failure.StackException;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeProducersResult.PartitionProducerState;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/**
 * Transactions that a partition holds open and of which the transaction coordinator knows nothing any more. A broker that is
 * killed again and again can leave one; nobody would ever end it, and whoever reads committed records of that partition
 * would wait for ever. What Kafka's own tool does by hand ({@code kafka-transactions.sh abort}) is done here.
 *
 * <p>A transaction that ends between the two questions, to the partition and to the coordinator, looks the same. So one is
 * aborted when two looks saw it: between them it was open, and its coordinator had nothing to end.
 */
final class HangingTransactions {
    private static final Logger LOG = LoggerFactory.getLogger(HangingTransactions.class);
    /** In these the coordinator has nothing left to end; in all others it will, or a producer that comes back makes it. */
    private static final Set<TransactionState> ENDED =
            Set.of(TransactionState.EMPTY, TransactionState.COMPLETE_ABORT, TransactionState.COMPLETE_COMMIT);

    private static final int ATTEMPTS = 50;
    private static final int BETWEEN_ATTEMPTS_MS = 200;

    private final Admin admin;
    private Set<Open> suspects = Set.of();

    /** A transaction as its partition has it. A producer's next one in the same partition begins at another offset. */
    private record Open(TopicPartition partition, long producerId, int epoch, int coordinatorEpoch, long from) {
        static Open of(TopicPartition partition, ProducerState producer) {
            return new Open(
                    partition,
                    producer.producerId(),
                    producer.producerEpoch(),
                    producer.coordinatorEpoch().orElse(0),
                    producer.currentTransactionStartOffset().orElseThrow());
        }
    }

    HangingTransactions(Admin admin) {
        this.admin = admin;
    }

    /** Aborts all there are: where one is seen, looks again at once. */
    void abortNow() throws InterruptedException {
        look();
        if (!suspects.isEmpty()) {
            look();
        }
    }

    /**
     * Aborts those that the last look saw already, and remembers the others for the next one.
     *
     * @throws StackException if the broker does not answer, or refuses
     */
    void look() throws InterruptedException {
        try {
            Set<Open> hanging = hanging();
            for (Open transaction : hanging) {
                if (suspects.contains(transaction)) {
                    abort(transaction);
                }
            }
            hanging.removeAll(suspects);
            suspects = hanging;
        } catch (ExecutionException e) {
            throw new StackException(
                    "transactions left open by a killed process cannot be seen to: " + e.getCause(), e);
        }
    }

    private Set<Open> hanging() throws ExecutionException, InterruptedException {
        // In this order: a transaction that begins in between is not seen at all.
        Map<TopicPartition, PartitionProducerState> producers =
                admin.describeProducers(partitions()).all().get();
        Set<Long> open = new HashSet<>();
        producers.values().forEach(partition -> partition.activeProducers().stream()
                .filter(producer -> producer.currentTransactionStartOffset().isPresent())
                .forEach(producer -> open.add(producer.producerId())));
        Map<Long, TransactionState> coordinated = coordinated(open);
        Set<Open> hanging = new HashSet<>();
        producers.forEach((partition, state) -> state.activeProducers().stream()
                .filter(producer -> isHanging(producer, coordinated))
                .forEach(producer -> hanging.add(Open.of(partition, producer))));
        return hanging;
    }

    /** States by producer id. A coordinator that has not read its log yet lists nothing, so it is given some time. */
    private Map<Long, TransactionState> coordinated(Set<Long> producerIds)
            throws ExecutionException, InterruptedException {
        Map<Long, TransactionState> states = new HashMap<>();
        for (int attempt = 0; attempt < ATTEMPTS && !states.keySet().containsAll(producerIds); attempt++) {
            Thread.sleep(attempt == 0 ? 0 : BETWEEN_ATTEMPTS_MS);
            for (TransactionListing listing : admin.listTransactions().all().get()) {
                states.put(listing.producerId(), listing.state());
            }
        }
        return states;
    }

    private List<TopicPartition> partitions() throws ExecutionException, InterruptedException {
        Set<String> topics = admin.listTopics(new ListTopicsOptions().listInternal(true))
                .names()
                .get();
        return admin.describeTopics(topics).allTopicNames().get().values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .toList();
    }

    static boolean isHanging(ProducerState producer, Map<Long, TransactionState> coordinated) {
        return producer.currentTransactionStartOffset().isPresent()
                && ENDED.contains(coordinated.getOrDefault(producer.producerId(), TransactionState.UNKNOWN));
    }

    private void abort(Open transaction) throws ExecutionException, InterruptedException {
        LOG.warn(
                "{} holds a transaction open from offset {}, which its coordinator has forgotten; it is aborted",
                transaction.partition(),
                transaction.from());
        admin.abortTransaction(new AbortTransactionSpec(
                        transaction.partition(),
                        transaction.producerId(),
                        (short) transaction.epoch(),
                        transaction.coordinatorEpoch()))
                .all()
                .get();
    }
}
