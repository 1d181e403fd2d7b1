package dev.longstream.questions;

import java.util.List;

/** Names and orders that follow from content alone. */
final class Digests {
    private Digests() {}

    /** 64 hexadecimal digits that differ wherever a part differs. */
    static String of(List<String> parts) {
        // The title of a digest is a line of its own: a part that holds line breaks cannot pass for two.
        String digest = "";
        for (String part : parts) {
            digest = new DocumentText(digest, part).digest();
        }
        return digest;
    }

    /** A fixed order of documents in which their place says nothing about them. */
    static List<DocumentText> shuffled(String id, List<DocumentText> documents) {
        record RankedDocument(String rank, DocumentText document) {}
        return documents.stream()
                .map(document -> new RankedDocument(of(List.of(id, document.digest())), document))
                .sorted((a, b) -> a.rank().compareTo(b.rank()))
                .map(RankedDocument::document)
                .toList();
    }
}
