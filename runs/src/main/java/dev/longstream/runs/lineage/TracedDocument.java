package dev.longstream.runs.lineage;

import dev.longstream.log.Topic;
import dev.longstream.record.Document;
import org.jspecify.annotations.Nullable;

/**
 * A document that prompts refer to.
 *
 * @param digest SHA-256 of title and text
 * @param place place of the record in {@code documents}; null: not on the log
 * @param title title; empty if there is none; null: the record is not on the log
 * @param bytes length of the text in UTF-8 bytes; null: the record is not on the log
 * @param uri URI of a text outside the log, relative to the run's folder; null: the text is on the log
 * @param beginning first characters of the text; null: the text is outside the log
 */
public record TracedDocument(
        String digest,
        @Nullable TracedPlace place,
        @Nullable String title,
        @Nullable Long bytes,
        @Nullable String uri,
        @Nullable String beginning) {
    private static final int SHOWN_CHARACTERS = 200;

    static TracedDocument of(Topic<Document> topic, FoundRecord<Document> found) {
        Document document = found.value();
        String text = document.getText();
        return new TracedDocument(
                document.getDigest(),
                TracedPlace.of(topic, found.place()),
                document.getTitle(),
                document.getBytes(),
                document.getUri(),
                text == null ? null : text.substring(0, Math.min(text.length(), SHOWN_CHARACTERS)));
    }

    static TracedDocument unknown(String digest) {
        return new TracedDocument(digest, null, null, null, null, null);
    }
}
