package dev.longstream.questions;

import dev.longstream.files.Sha256;

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
        return Sha256.of(title + "\n" + text);
    }
}
