package dev.longstream.producers.following;

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
 * Texts by digest. Remembers where each lies in {@code documents} and keeps the latest used in memory, up to a number of
 * characters; the rest is read again when it is asked for. One thread uses it.
 */
public final class Documents implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TopicReader<Document> arriving;
    private final RecordFetcher<Document> fetcher;
    private final Map<String, RecordRef> places = new HashMap<>();
    private final LinkedHashMap<String, DocumentText> kept = new LinkedHashMap<>(16, 0.75f, true);
    private final long maxCharacters;
    private long characters;

    /** @param mostCharacters characters of text to keep in memory */
    public Documents(EventLog log, long maxCharacters) {
        this.arriving = new TopicReader<>(log, log.topics().documents());
        this.fetcher = new RecordFetcher<>(log, log.topics().documents(), PATIENCE);
        this.maxCharacters = maxCharacters;
    }

    /** @throws LogException if the log has no document of this digest */
    public DocumentText get(String digest) {
        DocumentText text = kept.get(digest);
        if (text != null) {
            return text;
        }
        if (!places.containsKey(digest)) {
            readNew();
            return kept(digest);
        }
        return fetched(digest);
    }

    /** What has come since the last look; as much of it as there is room for stays in memory. */
    private void readNew() {
        arriving.readToEnd(record -> {
            places.put(record.key(), new RecordRef(record.partition(), record.offset()));
            if (record.value().getText() != null) {
                keep(record.value());
            }
        });
    }

    private DocumentText kept(String digest) {
        DocumentText text = kept.get(digest);
        return text == null ? fetched(digest) : text;
    }

    private DocumentText fetched(String digest) {
        RecordRef place = places.get(digest);
        if (place == null) {
            throw new LogException(
                    "No document of digest " + digest + " is on the log; was its prompt imported whole?");
        }
        return keep(Objects.requireNonNull(fetcher.fetch(List.of(place)).get(place)));
    }

    private DocumentText keep(Document document) {
        DocumentText text = new DocumentText(document.getTitle(), textOf(document));
        DocumentText before = kept.put(document.getDigest(), text);
        characters += text.text().length() - (before == null ? 0 : before.text().length());
        Iterator<DocumentText> eldest = kept.values().iterator();
        while (characters > maxCharacters && kept.size() > 1) {
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
                    "Document " + document.getDigest() + " is kept outside the log in " + file
                            + ", which cannot be read",
                    e);
        }
    }

    @Override
    public void close() {
        arriving.close();
        fetcher.close();
    }
}
