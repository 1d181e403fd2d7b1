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
 * would wait for ever. What Kafka's own tool does by hand ({@code kafka-transactions.sh abort}) is done here at each start.
 */
final class HangingTransactions {
    private static final Logger LOG = LoggerFactory.getLogger(HangingTransactions.class);
    /** In these the coordinator has nothing left to end; in all others it will, or a producer that comes back makes it. */
    private static final Set<TransactionState> ENDED =
            Set.of(TransactionState.EMPTY, TransactionState.COMPLETE_ABORT, TransactionState.COMPLETE_COMMIT);

    private static final int ATTEMPTS = 50;
    private static final int BETWEEN_ATTEMPTS_MS = 200;

    private HangingTransactions() {}

    /** Aborts them, before any producer is there. */
    static void abort(Admin admin) {
        try {
            // In this order: a transaction that ends in between is then seen as ended, and one that begins is not seen
            // at all.
            Map<TopicPartition, PartitionProducerState> producers =
                    admin.describeProducers(partitions(admin)).all().get();
            Set<Long> open = new HashSet<>();
            producers.values().forEach(partition -> partition.activeProducers().stream()
                    .filter(producer -> producer.currentTransactionStartOffset().isPresent())
                    .forEach(producer -> open.add(producer.producerId())));
            Map<Long, TransactionState> coordinated = coordinated(admin, open);
            for (Map.Entry<TopicPartition, PartitionProducerState> partition : producers.entrySet()) {
                for (ProducerState producer : partition.getValue().activeProducers()) {
                    if (isHanging(producer, coordinated)) {
                        abort(admin, partition.getKey(), producer);
                    }
                }
            }
        } catch (ExecutionException e) {
            throw new StackException(
                    "transactions left open by a killed process cannot be seen to: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackException("interrupted while transactions were looked at", e);
        }
    }

    /** States by producer id. A coordinator that has not read its log yet lists nothing, so it is given some time. */
    private static Map<Long, TransactionState> coordinated(Admin admin, Set<Long> producerIds)
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

    private static List<TopicPartition> partitions(Admin admin) throws ExecutionException, InterruptedException {
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

    private static void abort(Admin admin, TopicPartition partition, ProducerState producer)
            throws ExecutionException, InterruptedException {
        LOG.warn(
                "{} holds a transaction open from offset {}, which its coordinator has forgotten; it is aborted",
                partition,
                producer.currentTransactionStartOffset().orElseThrow());
        admin.abortTransaction(new AbortTransactionSpec(
                        partition,
                        producer.producerId(),
                        (short) producer.producerEpoch(),
                        producer.coordinatorEpoch().orElse(0)))
                .all()
                .get();
    }
}
