package dev.longstream.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes addresses printable: removes the user name and password that stand before an {@code @}. */
public final class PrintableAddress {
    private static final Pattern USER_INFO = Pattern.compile("://([^/?#\\s\"'<>]*)@");

    private PrintableAddress() {}

    /**
     * Returns a text without the user names and passwords of the addresses in it.
     *
     * @param text an address such as {@code http://user:password@host:8081}, or any text with addresses in it
     */
    public static String of(String text) {
        return USER_INFO.matcher(text).replaceAll("://");
    }

    /** Returns user name and password of an address as {@code user:password}, decoded; empty if it has none. */
    public static Optional<String> userInfo(String address) {
        Matcher found = USER_INFO.matcher(address);
        return found.find() ? Optional.of(URLDecoder.decode(found.group(1), StandardCharsets.UTF_8)) : Optional.empty();
    }
}
