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
 * Finds and ends hanging transactions: open in a partition, but finished for the transaction coordinator. A broker that is
 * killed repeatedly, or stopped while transactions end, can leave one. Nothing else would ever end it, and readers of
 * committed records would wait for ever at this partition.
 *
 * <p>The outcome is the one that the producer was told. If the coordinator has recorded a commit of this transaction, only
 * the partition's commit marker was lost, and it is written. Any other transaction is aborted, as
 * {@code kafka-transactions.sh abort} does by hand.
 *
 * <p>A transaction that ends between the request to the partition and the request to the coordinator looks like a hanging one.
 * Therefore a transaction is ended only when two searches in a row have found it.
 */
final class HangingTransactions {
    private static final Logger LOG = LoggerFactory.getLogger(HangingTransactions.class);
    /** Coordinator states without a transaction to end. In any other state the coordinator or its producer ends it. */
    private static final Set<TransactionState> ENDED =
            Set.of(TransactionState.EMPTY, TransactionState.COMPLETE_ABORT, TransactionState.COMPLETE_COMMIT);

    private static final int ATTEMPTS = 50;
    private static final int BETWEEN_ATTEMPTS_MS = 200;

    private final Admin admin;
    private final String bootstrapServers;
    private final Login login;
    private Set<OpenTransaction> suspects = Set.of();

    /** State of a producer at its transaction coordinator. */
    record CoordinatorState(TransactionState state, int epoch) {
        /**
         * Returns whether the transaction that is open in a partition at {@code openEpoch} is the one that was committed. The
         * end of a transaction raises the producer's epoch by 1, except for producers older than Kafka 4.
         */
        boolean isCommitted(int openEpoch) {
            return state == TransactionState.COMPLETE_COMMIT && (epoch == openEpoch + 1 || epoch == openEpoch);
        }
    }

    /**
     * A transaction that is open in a partition. The next one of the same producer in this partition differs in {@code from},
     * its first offset.
     */
    private record OpenTransaction(
            TopicPartition partition,
            long producerId,
            int epoch,
            int coordinatorEpoch,
            long from,
            CoordinatorState known) {
        static OpenTransaction of(TopicPartition partition, ProducerState producer, CoordinatorState known) {
            return new OpenTransaction(
                    partition,
                    producer.producerId(),
                    producer.producerEpoch(),
                    producer.coordinatorEpoch().orElse(0),
                    producer.currentTransactionStartOffset().orElseThrow(),
                    known);
        }
    }

    HangingTransactions(Admin admin, String bootstrapServers, Login login) {
        this.admin = admin;
        this.login = login;
        this.bootstrapServers = bootstrapServers;
    }

    /** Ends all hanging transactions there are, by two searches without a pause. */
    void endNow() throws InterruptedException {
        look();
        if (!suspects.isEmpty()) {
            look();
        }
    }

    /**
     * Searches once: ends the transactions that the last search found too, and remembers the others for the next search.
     *
     * @throws StackException if the broker does not answer or rejects a request
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
            throw new StackException(
                    "transactions that a killed process left open on " + bootstrapServers + " cannot be ended: "
                            + cause,
                    e);
        }
    }

    private Set<OpenTransaction> hanging() throws ExecutionException, InterruptedException {
        // Partitions first: a transaction that begins in between is then not in the result.
        Map<TopicPartition, PartitionProducerState> producers =
                admin.describeProducers(partitions()).all().get();
        Set<Long> open = new HashSet<>();
        producers.values().forEach(partition -> partition.activeProducers().stream()
                .filter(producer -> producer.currentTransactionStartOffset().isPresent())
                .forEach(producer -> open.add(producer.producerId())));
        Map<Long, CoordinatorState> coordinated = coordinated(open);
        Set<OpenTransaction> hanging = new HashSet<>();
        producers.forEach((partition, state) -> state.activeProducers().stream()
                .filter(producer -> isHanging(producer, coordinated))
                .forEach(producer -> hanging.add(OpenTransaction.of(
                        partition, producer, Objects.requireNonNull(coordinated.get(producer.producerId()))))));
        return hanging;
    }

    /**
     * Returns the coordinators' states by producer id. A coordinator that has not read its log yet lists nothing, so the
     * request is repeated for some seconds.
     */
    private Map<Long, CoordinatorState> coordinated(Set<Long> producerIds)
            throws ExecutionException, InterruptedException {
        Map<Long, CoordinatorState> known = new HashMap<>();
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
                            transaction.producerId(),
                            new CoordinatorState(transaction.state(), transaction.producerEpoch())));
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

    static boolean isHanging(ProducerState producer, Map<Long, CoordinatorState> coordinated) {
        CoordinatorState known = coordinated.get(producer.producerId());
        return producer.currentTransactionStartOffset().isPresent() && known != null && ENDED.contains(known.state());
    }

    private void end(OpenTransaction transaction) throws ExecutionException, InterruptedException, IOException {
        boolean committed = transaction.known().isCommitted(transaction.epoch());
        LOG.warn(
                "{} has an open transaction from offset {}, whose state at its coordinator is {}; it is now {}",
                transaction.partition(),
                transaction.from(),
                transaction.known().state(),
                committed ? "committed" : "aborted");
        if (committed) {
            CommitMarker.write(
                    bootstrapServers,
                    login,
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
