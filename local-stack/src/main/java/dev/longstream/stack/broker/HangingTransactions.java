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

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/**
 * Transactions that a partition holds open and for which the transaction coordinator has nothing left to do. A broker that is
 * killed again and again can leave one, and one that is stopped while transactions end; nobody would ever end it, and whoever
 * reads committed records of that partition would wait for ever.
 *
 * <p>What its producer was told is what becomes of it: where the coordinator's last word is that this transaction is committed,
 * the partition's marker is all that was lost, and is written. Any other is aborted, which Kafka's own tool does by hand
 * ({@code kafka-transactions.sh abort}).
 *
 * <p>A transaction that ends between the two questions, to the partition and to the coordinator, looks the same. So one is
 * ended when two looks saw it: between them it was open, and its coordinator had nothing to end.
 */
final class HangingTransactions {
    private static final Logger LOG = LoggerFactory.getLogger(HangingTransactions.class);
    /** In these the coordinator has nothing left to end; in all others it will, or a producer that comes back makes it. */
    private static final Set<TransactionState> ENDED =
            Set.of(TransactionState.EMPTY, TransactionState.COMPLETE_ABORT, TransactionState.COMPLETE_COMMIT);

    private static final int ATTEMPTS = 50;
    private static final int BETWEEN_ATTEMPTS_MS = 200;

    private final Admin admin;
    private final String bootstrapServers;
    private Set<OpenTransaction> suspects = Set.of();

    /** A coordinator's last word on a producer. */
    record Known(TransactionState state, int epoch) {
        /**
         * Whether the transaction that a partition holds open at an epoch is the one that is committed. Each end of one raises the producer's
         * epoch by 1, but for a producer of before Kafka 4.
         */
        boolean isCommitted(int openEpoch) {
            return state == TransactionState.COMPLETE_COMMIT && (epoch == openEpoch + 1 || epoch == openEpoch);
        }
    }

    /** A transaction as its partition has it. A producer's next one in the same partition begins at another offset. */
    private record OpenTransaction(
            TopicPartition partition, long producerId, int epoch, int coordinatorEpoch, long from, Known known) {
        static OpenTransaction of(TopicPartition partition, ProducerState producer, Known known) {
            return new OpenTransaction(
                    partition,
                    producer.producerId(),
                    producer.producerEpoch(),
                    producer.coordinatorEpoch().orElse(0),
                    producer.currentTransactionStartOffset().orElseThrow(),
                    known);
        }
    }

    HangingTransactions(Admin admin, String bootstrapServers) {
        this.admin = admin;
        this.bootstrapServers = bootstrapServers;
    }

    /** Ends all there are: where one is seen, looks again at once. */
    void endNow() throws InterruptedException {
        look();
        if (!suspects.isEmpty()) {
            look();
        }
    }

    /**
     * Ends those that the last look saw already, and remembers the others for the next one.
     *
     * @throws StackException if the broker does not answer, or refuses
     */
    void look() throws InterruptedException {
        try {
            Set<OpenTransaction> hanging = hanging();
            for (OpenTransaction transaction : hanging) {
                if (suspects.contains(transaction)) {
                    end(transaction);
                }
            }
            hanging.removeAll(suspects);
            suspects = hanging;
        } catch (ExecutionException | IOException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new StackException("transactions left open by a killed process cannot be seen to: " + cause, e);
        }
    }

    private Set<OpenTransaction> hanging() throws ExecutionException, InterruptedException {
        // In this order: a transaction that begins in between is not seen at all.
        Map<TopicPartition, PartitionProducerState> producers =
                admin.describeProducers(partitions()).all().get();
        Set<Long> open = new HashSet<>();
        producers.values().forEach(partition -> partition.activeProducers().stream()
                .filter(producer -> producer.currentTransactionStartOffset().isPresent())
                .forEach(producer -> open.add(producer.producerId())));
        Map<Long, Known> coordinated = coordinated(open);
        Set<OpenTransaction> hanging = new HashSet<>();
        producers.forEach((partition, state) -> state.activeProducers().stream()
                .filter(producer -> isHanging(producer, coordinated))
                .forEach(producer -> hanging.add(OpenTransaction.of(
                        partition, producer, Objects.requireNonNull(coordinated.get(producer.producerId()))))));
        return hanging;
    }

    /** By producer id. A coordinator that has not read its log yet lists nothing, so it is given some time. */
    private Map<Long, Known> coordinated(Set<Long> producerIds) throws ExecutionException, InterruptedException {
        Map<Long, Known> known = new HashMap<>();
        for (int attempt = 0; attempt < ATTEMPTS && !known.keySet().containsAll(producerIds); attempt++) {
            Thread.sleep(attempt == 0 ? 0 : BETWEEN_ATTEMPTS_MS);
            List<String> ids = admin.listTransactions().all().get().stream()
                    .filter(listing -> producerIds.contains(listing.producerId()))
                    .map(TransactionListing::transactionalId)
                    .toList();
            admin.describeTransactions(ids)
                    .all()
                    .get()
                    .values()
                    .forEach(transaction -> known.put(
                            transaction.producerId(), new Known(transaction.state(), transaction.producerEpoch())));
        }
        return known;
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

    static boolean isHanging(ProducerState producer, Map<Long, Known> coordinated) {
        Known known = coordinated.get(producer.producerId());
        return producer.currentTransactionStartOffset().isPresent() && known != null && ENDED.contains(known.state());
    }

    private void end(OpenTransaction transaction) throws ExecutionException, InterruptedException, IOException {
        boolean committed = transaction.known().isCommitted(transaction.epoch());
        LOG.warn(
                "{} holds a transaction open from offset {}, of which its coordinator says {}; it is {}",
                transaction.partition(),
                transaction.from(),
                transaction.known().state(),
                committed ? "committed" : "aborted");
        if (committed) {
            CommitMarker.write(
                    bootstrapServers,
                    transaction.partition(),
                    transaction.producerId(),
                    transaction.known().epoch(),
                    transaction.coordinatorEpoch());
        } else {
            admin.abortTransaction(new AbortTransactionSpec(
                            transaction.partition(),
                            transaction.producerId(),
                            (short) transaction.epoch(),
                            transaction.coordinatorEpoch()))
                    .all()
                    .get();
        }
    }
}
