package dev.longstream.questions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.record.AnswerKind;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/**
 * Reads TAT-QA: questions on one page of a financial report. A record is a page (paragraphs and one table) with its
 * questions.
 *
 * <p>The scale of the answer is appended to the question, and the gold is in that scale: −12.6 for −12.6 million, 6.67%
 * with its sign. Arithmetic, counts, and spans that are numbers with a scale or in accounting's parentheses are of kind
 * NUMBER; other spans are of kind SHORT_ANSWER. Several spans are of kind ANSWER_SET, since their order is free.
 */
final class TatQaFormat implements PromptFormat {
    private static final String PERCENT = "percent";
    /** A table's {@code $(426)} means −426. The number rule knows {@code (426)} alone, so the currency is moved out. */
    private static final Pattern CURRENCY_OUTSIDE = Pattern.compile("^[$€£¥]\\s*\\(([0-9.,]+)\\)");

    /** A member of a set is compared as words, to which accounting's parentheses say nothing. */
    private static final Pattern NEGATIVE = Pattern.compile("^\\(([$€£¥]?[0-9.,]+)\\)$");

    @Override
    public String name() {
        return "tatqa";
    }

    @Override
    public String layout() {
        return "[{table: {uid, table: [[cell]]}, paragraphs: [{order, text}], questions: [{uid, question, answer,"
                + " answer_type, scale}]}]";
    }

    @Override
    public boolean recognises(JsonNode object) {
        return Fields.has(object, "table", "paragraphs", "questions")
                && object.path("table").path("table").isArray();
    }

    @Override
    public List<Unread> questions(JsonNode record, SourcePlace place) {
        List<DocumentText> page = List.of(new DocumentText("", page(record)));
        List<Unread> questions = new ArrayList<>();
        for (JsonNode question : record.path("questions")) {
            questions.add(() -> prompt(question, page, place));
        }
        return questions;
    }

    private ImportedPrompt prompt(JsonNode question, List<DocumentText> page, SourcePlace place)
            throws RefusedException {
        String uid = Fields.text(question, "uid");
        String scale = question.path("scale").asText("");
        List<String> golds = golds(question, uid);
        String gold = golds.get(0);
        boolean several = golds.size() > 1;
        boolean number =
                switch (question.path("answer_type").asText()) {
                    case "arithmetic", "count" -> true;
                    default ->
                        (!scale.isEmpty() || gold.startsWith("(") || gold.startsWith("-"))
                                && NumberGold.isReadable(gold);
                };
        number &= !several;
        AnswerKind one = number ? AnswerKind.NUMBER : AnswerKind.SHORT_ANSWER;
        String words = Fields.text(question, "question").strip();
        return new ImportedPrompt(
                name() + "-" + uid,
                name(),
                several ? AnswerKind.ANSWER_SET : one,
                words.isEmpty() || scale.isEmpty() ? words : words + " (in " + scale + ")",
                number && scale.equals(PERCENT) && !gold.endsWith("%") ? List.of(gold + "%") : golds,
                Map.of(),
                page,
                Fields.attributes(question, "answer_type", "answer_from", "scale"),
                place.source());
    }

    private static List<String> golds(JsonNode question, String uid) throws RefusedException {
        List<String> spans = Fields.texts(question, "answer");
        if (spans.isEmpty()) {
            throw new RefusedException("question " + uid + " has no answer span, expected at least one");
        }
        List<String> golds = new ArrayList<>();
        for (String span : spans) {
            String gold = CURRENCY_OUTSIDE.matcher(Fields.gold(span)).replaceFirst("-$1");
            golds.add(spans.size() == 1 ? gold : NEGATIVE.matcher(gold).replaceFirst("-$1"));
        }
        return golds;
    }

    /** Renders a page as text: the paragraphs in order, then the table, one line a row. */
    private static String page(JsonNode record) {
        List<JsonNode> paragraphs = new ArrayList<>();
        record.path("paragraphs").forEach(paragraphs::add);
        paragraphs.sort(
                Comparator.comparingInt(paragraph -> paragraph.path("order").asInt()));
        StringJoiner page = new StringJoiner("\n\n");
        paragraphs.forEach(paragraph -> page.add(paragraph.path("text").asText().strip()));
        StringJoiner table = new StringJoiner("\n");
        for (JsonNode row : record.path("table").path("table")) {
            StringJoiner cells = new StringJoiner(" | ", "| ", " |");
            row.forEach(cell -> cells.add(cell.asText().strip().replaceAll("\\s+", " ")));
            table.add(cells.toString());
        }
        return page.add(table.toString()).toString().strip();
    }
}
