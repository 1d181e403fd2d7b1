package dev.longstream.http;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Decides who may connect to a server, and whether by TLS.
 *
 * @param authentication decides which requests are answered
 * @param tls certificate and key; null: plain HTTP
 * @param insecureNetwork whether the server may listen beyond this machine without authentication
 */
public record ServerAccess(Authentication authentication, @Nullable ServerTls tls, boolean insecureNetwork) {
    /** Everybody on this machine, without authentication or TLS. */
    public static final ServerAccess THIS_MACHINE = new ServerAccess(Authentication.NONE, null, false);

    /**
     * Returns whether a server with these rules may listen on an interface. Beyond loopback it needs authentication, or
     * {@code insecureNetwork}.
     */
    public boolean suffices(String host) {
        return authentication.isRequired() || insecureNetwork || isLoopback(host);
    }

    /** Returns whether only this machine reaches the interface. An unknown name counts as such: nobody can listen on it. */
    public static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return true;
        }
    }
}
