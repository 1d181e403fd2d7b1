package dev.longstream.questions;

import dev.longstream.files.Sha256;

/**
 * A text that questions are asked about.
 *
 * @param title empty where there is none
 * @param text never empty
 */
public record DocumentText(String title, String text) {

    /** SHA-256 of the UTF-8 of title, a line break and text; what prompts refer to it by. */
    public String digest() {
        return Sha256.of(title + "\n" + text);
    }
}
