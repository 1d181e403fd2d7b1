package dev.longstream.log;

import dev.longstream.failure.UnreachableException;
import org.apache.kafka.common.errors.RetriableException;

import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;

/** Recognises failures of a broker or a registry that pass by themselves, so that work can wait and go on. */
public final class PassingFault {
    private PassingFault() {}

    /** Returns whether a broker or registry that does not answer is behind a failure. */
    public static boolean isBehind(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof RetriableException
                    || cause instanceof UnreachableException
                    || cause instanceof SocketException
                    || cause instanceof SocketTimeoutException
                    || cause instanceof UnknownHostException) {
                return true;
            }
        }
        return false;
    }
}
