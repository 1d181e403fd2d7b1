package dev.longstream.log;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;

import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;

/**
 * Tells a record that cannot be decoded from a schema registry that does not answer. The former is the record's fault, and
 * waiting does not help; of the latter the record knows nothing.
 */
public final class UnansweredRegistry {
    private UnansweredRegistry() {}

    /** @param thrown by a deserializer of {@link EventLog#deserializer()} */
    public static boolean isBehind(Throwable thrown) {
        if (thrown instanceof KafkaException && !(thrown instanceof SerializationException)) {
            return true; // the registry refused us, or was too slow
        }
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketException
                    || cause instanceof SocketTimeoutException
                    || cause instanceof UnknownHostException) {
                return true;
            }
        }
        return false;
    }
}
