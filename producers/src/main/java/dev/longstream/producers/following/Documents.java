package dev.longstream.producers.following;

import dev.longstream.failure.UnusableInputException;
import dev.longstream.log.BadRecordException;
import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.RecordFetcher;
import dev.longstream.log.TopicReader;
import dev.longstream.questions.DocumentText;
import dev.longstream.record.Document;
import dev.longstream.record.RecordRef;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Document texts by digest. Remembers the offset of every document in {@code documents} and caches the texts used last,
 * up to a number of characters; other texts are read from the log again. Every text is compared with its digest. Not
 * thread-safe.
 */
public final class Documents implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final RunFiles files;
    private final String topic;
    private final TopicReader<Document> arriving;
    private final RecordFetcher<Document> fetcher;
    private final Map<String, RecordRef> places = new HashMap<>();
    private final LinkedHashMap<String, DocumentText> cached = new LinkedHashMap<>(16, 0.75f, true);
    private final long maxCharacters;
    private long characters;

    /**
     * Creates an empty cache that reads the run's documents.
     *
     * @param files texts that are stored outside the log
     * @param maxCharacters characters of text to cache in memory
     */
    public Documents(EventLog log, RunFiles files, long maxCharacters) {
        this.files = files;
        this.topic = log.topics().documents().name();
        this.arriving = new TopicReader<>(log, log.topics().documents());
        this.fetcher = new RecordFetcher<>(log, log.topics().documents(), PATIENCE);
        this.maxCharacters = maxCharacters;
    }

    /**
     * Returns the document with this digest, from the cache or from the log.
     *
     * @throws UnusableInputException if the log has no undamaged document with this digest
     * @throws LogException if the log cannot be read
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
            Document document = record.value();
            RecordRef place = new RecordRef(record.partition(), record.offset());
            if (document.getText() == null) {
                places.put(record.key(), place);
                return;
            }
            DocumentText text = new DocumentText(document.getTitle(), document.getText());
            if (text.digest().equals(record.key())) {
                places.put(record.key(), place);
                cache(record.key(), text);
            } else {
                places.putIfAbsent(record.key(), place); // never instead of an undamaged one
            }
        });
    }

    private DocumentText fetched(String digest) {
        RecordRef place = places.get(digest);
        if (place == null) {
            throw new UnusableInputException("No document with the digest " + digest
                    + " is on the log, although a prompt refers to it; was its prompt published in full?");
        }
        Document document = fetched(digest, place);
        String inline = document.getText();
        DocumentText text = new DocumentText(document.getTitle(), inline == null ? files.text(document) : inline);
        String found = text.digest();
        if (!found.equals(digest)) {
            throw new UnusableInputException("Document " + digest + " is damaged: "
                    + (inline == null
                            ? document.getUri()
                            : "its record at offset " + place.getOffset() + " of " + topic)
                    + " has a title and a text with SHA-256 " + found + "; publish the document again");
        }
        return cache(digest, text);
    }

    private Document fetched(String digest, RecordRef place) {
        try {
            return Objects.requireNonNull(fetcher.fetch(List.of(place)).get(place));
        } catch (LogException e) {
            places.remove(digest); // compaction may have replaced it by a later record
            if (e.getCause() instanceof BadRecordException) {
                throw new UnusableInputException("Document " + digest + " is damaged: " + e.getMessage(), e);
            }
            throw e;
        }
    }

    private DocumentText cache(String digest, DocumentText text) {
        DocumentText before = cached.put(digest, text);
        characters += text.text().length() - (before == null ? 0 : before.text().length());
        Iterator<DocumentText> eldest = cached.values().iterator();
        while (characters > maxCharacters && cached.size() > 1) {
            characters -= eldest.next().text().length();
            eldest.remove();
        }
        return text;
    }

    @Override
    public void close() {
        arriving.close();
        fetcher.close();
    }
}
