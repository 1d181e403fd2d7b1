package dev.longstream.questions;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A document that questions refer to.
 *
 * @param title title; empty if there is none
 * @param text the document's text; never empty
 */
public record DocumentText(String title, String text) {

    /**
     * Returns the SHA-256 of title, a line break and text in UTF-8, hexadecimal. Prompts refer to a document by its
     * digest.
     */
    public String digest() {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest((title + "\n" + text).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
