package dev.longstream.log;

import dev.longstream.failure.UnreachableException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.protocol.Errors;

import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Recognises failures of a broker or a registry that pass by themselves, so that work can wait and go on. */
public final class PassingFault {
    private static final Pattern FETCH_REFUSAL = Pattern.compile("Unexpected error code (-?\\d{1,4}) while fetching");

    private PassingFault() {}

    /** Returns whether a broker or registry that does not answer is behind a failure. */
    public static boolean isBehind(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof RetriableException
                    || cause instanceof UnreachableException
                    || cause instanceof SocketException
                    || cause instanceof SocketTimeoutException
                    || cause instanceof UnknownHostException
                    || isPassingRefusal(cause)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns whether a consumer was refused a fetch with an error that passes. Kafka's consumers throw an
     * IllegalStateException for each code that they do not expect there, such as 15, a coordinator that is not available yet.
     */
    private static boolean isPassingRefusal(Throwable cause) {
        Matcher refusal = FETCH_REFUSAL.matcher(String.valueOf(cause.getMessage()));
        return cause instanceof IllegalStateException
                && refusal.lookingAt()
                && Errors.forCode(Short.parseShort(refusal.group(1))).exception() instanceof RetriableException;
    }
}
