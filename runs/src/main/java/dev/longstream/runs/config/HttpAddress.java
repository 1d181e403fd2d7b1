package dev.longstream.runs.config;

import java.net.URI;

/** Checks addresses of servers in settings. */
final class HttpAddress {
    private HttpAddress() {}

    /** Returns whether a text is an address of HTTP or HTTPS with a host and without a user. */
    static boolean isValid(String text) {
        try {
            URI address = URI.create(text);
            return ("http".equals(address.getScheme()) || "https".equals(address.getScheme()))
                    && address.getHost() != null
                    && address.getUserInfo() == null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
