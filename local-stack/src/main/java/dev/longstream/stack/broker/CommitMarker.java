package dev.longstream.stack.broker;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.TransactionResult;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest.TxnMarkerEntry;
import org.apache.kafka.common.requests.WriteTxnMarkersResponse;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * Writes the commit marker of a transaction to a partition, which otherwise its coordinator does. Kafka's admin client can
 * only abort a transaction, so this class sends the protocol request itself, to a broker without TLS or authentication.
 */
final class CommitMarker {
    private static final short WITH_EPOCHS_BY_TRANSACTION = 2;

    private CommitMarker() {}

    /**
     * Commits the producer's open transaction in the partition.
     *
     * @param bootstrapServers host:port of the partition's leader
     * @throws IOException if the broker does not answer or rejects the marker
     */
    static void write(
            String bootstrapServers, TopicPartition partition, long producerId, int epoch, int coordinatorEpoch)
            throws IOException {
        TxnMarkerEntry marker = new TxnMarkerEntry(
                producerId,
                (short) epoch,
                coordinatorEpoch,
                TransactionResult.COMMIT,
                List.of(partition),
                WITH_EPOCHS_BY_TRANSACTION);
        WriteTxnMarkersRequest request = new WriteTxnMarkersRequest.Builder(List.of(marker)).build();
        RequestHeader header = new RequestHeader(ApiKeys.WRITE_TXN_MARKERS, request.version(), "commit-marker", 1);
        WriteTxnMarkersResponse response =
                (WriteTxnMarkersResponse) answer(bootstrapServers, request.serializeWithHeader(header), header);
        Errors error = response.errorsByProducerId()
                .getOrDefault(producerId, Map.of())
                .getOrDefault(partition, Errors.UNKNOWN_SERVER_ERROR);
        if (error != Errors.NONE) {
            throw new IOException("the broker rejected the commit of producer " + producerId + " in " + partition + ": "
                    + error.message());
        }
    }

    private static AbstractResponse answer(String bootstrapServers, ByteBuffer request, RequestHeader header)
            throws IOException {
        int colon = bootstrapServers.lastIndexOf(':');
        int port = Integer.parseInt(bootstrapServers.substring(colon + 1));
        try (Socket socket = new Socket(bootstrapServers.substring(0, colon), port);
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                DataInputStream in = new DataInputStream(socket.getInputStream())) {
            out.writeInt(request.remaining());
            out.write(request.array(), request.arrayOffset() + request.position(), request.remaining());
            out.flush();
            return AbstractResponse.parseResponse(ByteBuffer.wrap(in.readNBytes(in.readInt())), header);
        }
    }
}
