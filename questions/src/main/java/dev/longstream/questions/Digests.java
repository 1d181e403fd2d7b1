package dev.longstream.questions;

import java.util.List;

/** Computes digests of texts, and orders of documents that depend on an id alone. */
final class Digests {
    private Digests() {}

    /** Returns the SHA-256 of all parts and their borders, as 64 hexadecimal digits. */
    static String of(List<String> parts) {
        // The digest so far is hashed as a line before each part, so that a part with line breaks cannot pass for two.
        String digest = "";
        for (String part : parts) {
            digest = new DocumentText(digest, part).digest();
        }
        return digest;
    }

    /** Returns the documents in an order that depends on their digests and the id, never on their given places. */
    static List<DocumentText> shuffled(String id, List<DocumentText> documents) {
        record RankedDocument(String rank, DocumentText document) {}
        return documents.stream()
                .map(document -> new RankedDocument(of(List.of(id, document.digest())), document))
                .sorted((a, b) -> a.rank().compareTo(b.rank()))
                .map(RankedDocument::document)
                .toList();
    }
}
