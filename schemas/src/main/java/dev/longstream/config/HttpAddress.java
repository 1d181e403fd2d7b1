package dev.longstream.config;

import java.net.URI;
import java.util.Optional;

/** Reads addresses of servers. */
public final class HttpAddress {
    private HttpAddress() {}

    /** Returns an address with the scheme http or https and a host; empty if the text is no such address. */
    public static Optional<URI> parse(String text) {
        try {
            URI address = URI.create(text);
            boolean isHttp = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
            return isHttp && address.getHost() != null ? Optional.of(address) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Returns whether a text is an address that {@link #parse} reads, without a user or a password. */
    public static boolean isWithoutUser(String text) {
        return parse(text).filter(address -> address.getUserInfo() == null).isPresent();
    }
}
