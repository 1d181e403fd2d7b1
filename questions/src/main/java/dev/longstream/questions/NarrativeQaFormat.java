package dev.longstream.questions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.record.AnswerKind;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads NarrativeQA: a table of questions, with the stories that the publisher's script downloads to
 * {@code tmp/<document_id>.content} beside it. The header and licence of a Project Gutenberg story are removed:
 * thousands of tokens that are no part of it.
 */
final class NarrativeQaFormat implements OneQuestionFormat {
    private static final Pattern BEGINS = Pattern.compile("\\*\\*\\* ?START OF .*\\n");
    private static final Pattern ENDS = Pattern.compile("\\n(?:End of (?:the )?Project Gutenberg|\\*\\*\\* ?END OF )");
    private static final int ID_DIGITS = 16;

    @Override
    public String name() {
        return "narrativeqa";
    }

    @Override
    public String layout() {
        return "qaps.csv: document_id, set, question, answer1, answer2, …; stories in tmp/<document_id>.content"
                + " beside it";
    }

    @Override
    public boolean recognises(JsonNode object) {
        return Fields.has(object, "document_id", "set", "question", "answer1", "answer2");
    }

    @Override
    public boolean accompanies(JsonNode object) {
        return Fields.has(object, "document_id", "story_url", "wiki_url");
    }

    @Override
    public ImportedPrompt prompt(JsonNode record, SourcePlace place) throws RefusedException {
        String document = Fields.text(record, "document_id");
        if (!document.matches("[0-9a-zA-Z_-]+")) {
            throw new RefusedException("the document_id \"" + document + "\" is not the name of a story");
        }
        String question = Fields.text(record, "question").strip();
        List<String> golds = new ArrayList<>(List.of(Fields.text(record, "answer1")));
        if (!record.path("answer2").asText("").isBlank()) {
            golds.add(Fields.text(record, "answer2"));
        }
        Map<String, String> attributes = new TreeMap<>(Fields.attributes(record, "set"));
        attributes.put("document", document);
        return new ImportedPrompt(
                name() + "-" + document + "-" + Digests.of(List.of(question)).substring(0, ID_DIGITS),
                name(),
                AnswerKind.FREE_TEXT,
                question,
                Fields.golds(golds),
                Map.of(),
                List.of(new DocumentText(
                        "", story(place.path().resolveSibling("tmp").resolve(document + ".content")))),
                attributes,
                place.source());
    }

    private static String story(Path file) throws RefusedException {
        try {
            String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).replace("\r\n", "\n");
            Matcher begins = BEGINS.matcher(text);
            int from = begins.find() ? begins.end() : 0;
            Matcher ends = ENDS.matcher(text);
            return text.substring(from, ends.find(from) ? ends.start() : text.length())
                    .replaceFirst("^(?:\\ufeff|\\u00ef\\u00bb\\u00bf)", "")
                    .strip();
        } catch (IOException e) {
            throw new RefusedException("its story cannot be read from " + file + ": run the publisher's"
                    + " download script first, which writes it there");
        }
    }
}
