package dev.longstream.stack.broker;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.TransactionResult;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest.TxnMarkerEntry;
import org.apache.kafka.common.requests.WriteTxnMarkersResponse;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Writes the commit marker of a transaction to a partition, which otherwise its coordinator does. Kafka's admin client can
 * only abort a transaction, so this class sends the protocol request itself.
 */
final class CommitMarker {
    private static final short WITH_EPOCHS_BY_TRANSACTION = 2;

    private CommitMarker() {}

    /**
     * Commits the producer's open transaction in the partition.
     *
     * @param bootstrapServers host:port of the partition's leader
     * @param login login at the broker
     * @throws IOException if the broker does not answer or rejects the marker
     */
    static void write(
            String bootstrapServers,
            Login login,
            TopicPartition partition,
            long producerId,
            int epoch,
            int coordinatorEpoch)
            throws IOException {
        TxnMarkerEntry marker = new TxnMarkerEntry(
                producerId,
                (short) epoch,
                coordinatorEpoch,
                TransactionResult.COMMIT,
                List.of(partition),
                WITH_EPOCHS_BY_TRANSACTION);
        WriteTxnMarkersRequest request = new WriteTxnMarkersRequest.Builder(List.of(marker)).build();
        WriteTxnMarkersResponse response;
        try (RawConnection broker = RawConnection.open(bootstrapServers, login)) {
            response = (WriteTxnMarkersResponse) broker.send(request);
        }
        Errors error = response.errorsByProducerId()
                .getOrDefault(producerId, Map.of())
                .getOrDefault(partition, Errors.UNKNOWN_SERVER_ERROR);
        if (error != Errors.NONE) {
            throw new IOException("the broker rejected the commit of producer " + producerId + " in " + partition + ": "
                    + error.message());
        }
    }
}
