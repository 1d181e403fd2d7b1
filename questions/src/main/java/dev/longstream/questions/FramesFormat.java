package dev.longstream.questions;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads FRAMES with the texts of its articles. The set itself is published as a table of questions with links; such
 * rows are refused, because they contain no articles.
 */
final class FramesFormat implements OneQuestionFormat {
    private static final int ID_DIGITS = 16;

    @Override
    public String name() {
        return "frames";
    }

    @Override
    public String layout() {
        return "{Prompt, Answer, wiki_items: [{title, text}], reasoning_types?}";
    }

    @Override
    public boolean recognises(JsonNode object) {
        return Fields.has(object, "Prompt", "Answer")
                && (object.has("wiki_items") || object.has("wiki_links") || object.has("wikipedia_link_1"));
    }

    @Override
    public ImportedPrompt prompt(JsonNode record, SourcePlace place) throws RefusedException {
        if (!record.path("wiki_items").isArray()) {
            throw new RefusedException("the row has links and no article texts, expected wiki_items: [{title, text}],"
                    + " one for each article that wiki_links names");
        }
        String question = Fields.text(record, "Prompt").strip();
        List<String> golds = Fields.golds(Fields.texts(record, "Answer"));
        List<DocumentText> articles = new ArrayList<>();
        for (JsonNode article : record.path("wiki_items")) {
            articles.add(new DocumentText(
                    article.path("title").asText("").strip(),
                    Fields.text(article, "text").strip()));
        }
        return new ImportedPrompt(
                name() + "-" + Digests.of(List.of(question)).substring(0, ID_DIGITS),
                name(),
                Golds.spanKind(golds),
                question,
                golds,
                Map.of(),
                articles,
                Fields.attributes(record, "reasoning_types"),
                place.source());
    }
}
