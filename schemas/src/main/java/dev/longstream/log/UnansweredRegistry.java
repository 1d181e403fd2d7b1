package dev.longstream.log;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;

import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;

/**
 * Distinguishes a schema registry that does not answer from a record that cannot be decoded. A retry helps with the
 * former only.
 */
public final class UnansweredRegistry {
    private UnansweredRegistry() {}

    /**
     * Tells whether the registry's silence or refusal caused a failure.
     *
     * @param thrown exception of a deserializer of {@link EventLog#deserializer()}
     */
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
