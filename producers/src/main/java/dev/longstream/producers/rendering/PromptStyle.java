package dev.longstream.producers.rendering;

import dev.longstream.questions.DocumentText;
import dev.longstream.questions.PromptTemplate;
import dev.longstream.record.AnswerKind;

import java.util.List;
import java.util.stream.Collectors;

/** Format in which a question and its documents become one user message. */
public enum PromptStyle {
    /** The documents, a blank and the question, for policies trained on a fixed form. */
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
    /** An instruction, the documents in tags, the question and the form of the answer (QwenLong-L1, Table 1). */
    INSTRUCTED {
        @Override
        String message(String question, AnswerKind kind, List<DocumentText> documents) {
            return PromptTemplate.render(question, documents, kind);
        }
    };

    abstract String message(String question, AnswerKind kind, List<DocumentText> documents);
}
