package dev.longstream.producers.following;

import dev.longstream.failure.UnusableInputException;
import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.RecordFetcher;
import dev.longstream.log.TopicReader;
import dev.longstream.questions.DocumentText;
import dev.longstream.record.Document;
import dev.longstream.record.RecordRef;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Document texts by digest. Remembers the offset of every document in {@code documents} and caches the texts used last,
 * up to a number of characters and a share of Java's heap; other texts are read from the log again. Not thread-safe.
 */
public final class Documents implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TopicReader<Document> arriving;
    private final RecordFetcher<Document> fetcher;
    private final Map<String, RecordRef> places = new HashMap<>();
    private final LinkedHashMap<String, DocumentText> cached = new LinkedHashMap<>(16, 0.75f, true);
    private final long maxCharacters;
    private long characters;

    /**
     * Creates an empty cache that reads the run's documents.
     *
     * @param maxCharacters characters of text to cache in memory
     */
    public Documents(EventLog log, long maxCharacters) {
        this.arriving = new TopicReader<>(log, log.topics().documents());
        this.fetcher = new RecordFetcher<>(log, log.topics().documents(), PATIENCE);
        this.maxCharacters = maxCharacters;
    }

    /**
     * Returns the document with this digest, from the cache or from the log.
     *
     * @throws UnusableInputException if the log has no document with this digest
     * @throws LogException if a document's record cannot be decoded
     * @throws dev.longstream.failure.UnreachableException if broker or registry do not answer
     * @throws UncheckedIOException if the document's file outside the log cannot be read
     */
    public DocumentText get(String digest) {
        if (!places.containsKey(digest)) {
            readNew();
        }
        DocumentText text = cached.get(digest);
        return text == null ? fetched(digest) : text;
    }

    /** Reads the documents that arrived since the last call; caches as many texts as fit. */
    private void readNew() {
        arriving.readToEnd(record -> {
            places.put(record.key(), new RecordRef(record.partition(), record.offset()));
            if (record.value().getText() != null) {
                cache(record.value());
            }
        });
    }

    private DocumentText fetched(String digest) {
        RecordRef place = places.get(digest);
        if (place == null) {
            throw new UnusableInputException("No document with the digest " + digest
                    + " is on the log, although a prompt refers to it; was its prompt published in full?");
        }
        return cache(Objects.requireNonNull(fetcher.fetch(List.of(place)).get(place)));
    }

    private DocumentText cache(Document document) {
        DocumentText text = new DocumentText(document.getTitle(), textOf(document));
        DocumentText before = cached.put(document.getDigest(), text);
        characters += text.text().length() - (before == null ? 0 : before.text().length());
        Iterator<DocumentText> eldest = cached.values().iterator();
        while (characters > maxCharacters && cached.size() > 1) {
            characters -= eldest.next().text().length();
            eldest.remove();
        }
        return text;
    }

    private static String textOf(Document document) {
        if (document.getText() != null) {
            return document.getText();
        }
        Path file = Path.of(URI.create(Objects.requireNonNull(document.getUri())));
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Document " + document.getDigest() + " is stored outside the log in " + file
                            + ", which cannot be read; restore the file",
                    e);
        }
    }

    @Override
    public void close() {
        arriving.close();
        fetcher.close();
    }
}
