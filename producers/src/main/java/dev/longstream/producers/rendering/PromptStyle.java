package dev.longstream.producers.rendering;

import dev.longstream.questions.DocumentText;
import dev.longstream.questions.PromptTemplate;
import dev.longstream.record.AnswerKind;

import java.util.List;
import java.util.stream.Collectors;

/** How a question and its documents become a user's message. */
public enum PromptStyle {
    /** The documents, then the question, nothing else: for policies trained on one form. */
    PLAIN {
        @Override
        String message(String question, AnswerKind kind, List<DocumentText> documents) {
            return documents.stream()
                            .map(document -> document.title().isEmpty()
                                    ? document.text()
                                    : document.title() + "\n" + document.text())
                            .collect(Collectors.joining("\n\n"))
                    + " " + question;
        }
    },
    /** An instruction, the documents marked as text, the question and the form the answer should have (QwenLong-L1, Table 1). */
    INSTRUCTED {
        @Override
        String message(String question, AnswerKind kind, List<DocumentText> documents) {
            return PromptTemplate.render(question, documents, kind);
        }
    };

    abstract String message(String question, AnswerKind kind, List<DocumentText> documents);
}
