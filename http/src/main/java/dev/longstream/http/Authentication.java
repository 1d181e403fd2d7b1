package dev.longstream.http;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Decides by the header {@code Authorization} which requests a server answers. Holds digests of the secrets only. */
public final class Authentication {
    /** Answers everybody. */
    public static final Authentication NONE = new Authentication("", "", List.of());

    private static final String BEARER = "Bearer";
    private static final String BASIC = "Basic";

    private final String scheme;
    private final String challenge;
    private final List<byte[]> digests;

    private Authentication(String scheme, String challenge, List<byte[]> digests) {
        this.scheme = scheme;
        this.challenge = challenge;
        this.digests = digests;
    }

    /** Answers requests with {@code Authorization: Bearer KEY}, as clients of OpenAI's interface send it. */
    public static Authentication bearer(String key) {
        return new Authentication(BEARER, BEARER, List.of(digest(key.getBytes(StandardCharsets.UTF_8))));
    }

    /**
     * Answers requests with {@code Authorization: Basic} and one of these users.
     *
     * @param passwords password by user name
     */
    public static Authentication basic(Map<String, String> passwords) {
        return new Authentication(
                BASIC,
                BASIC + " realm=\"longstream\", charset=\"UTF-8\"",
                passwords.entrySet().stream()
                        .map(user -> digest((user.getKey() + ":" + user.getValue()).getBytes(StandardCharsets.UTF_8)))
                        .toList());
    }

    /** Returns whether a request needs the header. */
    public boolean isRequired() {
        return !scheme.isEmpty();
    }

    /** Returns the form of a valid header, for messages. */
    String example() {
        return scheme.equals(BASIC) ? "Basic (user and password)" : "Bearer (API key)";
    }

    /** Returns the value of {@code WWW-Authenticate} for refused requests. */
    String challenge() {
        return challenge;
    }

    /** Returns whether a request with this header is answered. Takes the same time for every wrong secret. */
    boolean admits(@Nullable String authorization) {
        if (!isRequired()) {
            return true;
        }
        String prefix = scheme + " ";
        if (authorization == null || !authorization.regionMatches(true, 0, prefix, 0, prefix.length())) {
            return false;
        }
        String credentials = authorization.substring(prefix.length()).strip();
        byte[] given;
        try {
            given = digest(
                    scheme.equals(BASIC)
                            ? Base64.getDecoder().decode(credentials)
                            : credentials.getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
        boolean known = false;
        for (byte[] digest : digests) {
            known |= MessageDigest.isEqual(digest, given);
        }
        return known;
    }

    private static byte[] digest(byte[] secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
