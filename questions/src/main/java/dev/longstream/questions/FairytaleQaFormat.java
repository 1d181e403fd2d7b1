package dev.longstream.questions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.record.AnswerKind;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * Reads FairytaleQA: one table of questions per story, {@code questions/<split>/<story>-questions.csv}, and one table
 * of its sections, {@code section-stories/<split>/<story>-story.csv}. The whole story is the document; the answers of
 * all annotators are golds.
 */
final class FairytaleQaFormat implements OneQuestionFormat {
    private static final String QUESTIONS = "-questions.csv";
    private static final int MOST_ANSWERS = 6;
    private static final int ID_DIGITS = 16;

    @Override
    public String name() {
        return "fairytaleqa";
    }

    @Override
    public String layout() {
        return "questions/<split>/<story>-questions.csv: question_id, cor_section, question, answer1, …;"
                + " the story in section-stories/<split>/<story>-story.csv: section, text";
    }

    @Override
    public boolean recognises(JsonNode object) {
        return Fields.has(object, "question_id", "cor_section", "question", "answer1");
    }

    @Override
    public boolean accompanies(JsonNode object) {
        return (object.size() == 2 && Fields.has(object, "section", "text"))
                || Fields.has(object, "filename", "origin", "split", "sections");
    }

    @Override
    public ImportedPrompt prompt(JsonNode record, SourcePlace place) throws RefusedException {
        Path file = place.path();
        Path split = file.toAbsolutePath().getParent();
        @Nullable
        Path set = split == null || split.getParent() == null
                ? null
                : split.getParent().getParent();
        String name = String.valueOf(file.getFileName());
        if (split == null || set == null || !name.endsWith(QUESTIONS)) {
            throw new RefusedException("the file's path must end in questions/<split>/<story>" + QUESTIONS);
        }
        String story = name.substring(0, name.length() - QUESTIONS.length());
        Path sections =
                set.resolve("section-stories").resolve(split.getFileName()).resolve(story + "-story.csv");
        String question = Fields.text(record, "question").strip();
        Map<String, String> attributes = new TreeMap<>(Fields.attributes(record, "local-or-sum", "ex-or-im1"));
        attributes.put("set", String.valueOf(split.getFileName()));
        attributes.put("document", story);
        return new ImportedPrompt(
                name() + "-" + story + "-"
                        + Digests.of(List.of(Fields.text(record, "question_id"), question))
                                .substring(0, ID_DIGITS),
                name(),
                AnswerKind.FREE_TEXT,
                question,
                golds(record),
                Map.of(),
                List.of(new DocumentText("", story(sections))),
                attributes,
                place.source());
    }

    private static List<String> golds(JsonNode record) {
        List<String> golds = new ArrayList<>();
        for (int answer = 1; answer <= MOST_ANSWERS; answer++) {
            String gold = record.path("answer" + answer).asText("").strip();
            if (!gold.isEmpty()) {
                golds.add(gold);
            }
        }
        return Fields.golds(golds);
    }

    private static String story(Path file) throws RefusedException {
        List<String> sections = new ArrayList<>();
        List<String> broken = new ArrayList<>();
        try {
            FileRecords.read(file, new FileRecords.RecordReader() {
                @Override
                public boolean record(long line, JsonNode section) {
                    sections.add(section.path("text").asText("").strip());
                    return true;
                }

                @Override
                public boolean broken(long line, String reason) {
                    broken.add(file + ":" + line + ": " + reason);
                    return true;
                }
            });
        } catch (IOException e) {
            throw new RefusedException("its story cannot be read from " + file + ", expected the publisher's folder");
        }
        if (!broken.isEmpty()) {
            throw new RefusedException("its story is broken: " + broken.get(0));
        }
        StringJoiner story = new StringJoiner("\n\n");
        sections.stream().filter(text -> !text.isEmpty()).forEach(story::add); // some tables end in empty rows
        return story.toString().replace("\r\n", "\n").replace('\r', '\n');
    }
}
