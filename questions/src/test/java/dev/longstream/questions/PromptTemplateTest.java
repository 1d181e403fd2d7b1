package dev.longstream.questions;

import dev.longstream.record.AnswerKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PromptTemplateTest {
    private static final List<DocumentText> DOCUMENTS =
            List.of(new DocumentText("Bern", "A town on the Aare."), new DocumentText("", "No title."));

    @Test
    void shouldPutDocumentsBetweenMarksAndTheQuestionBeforeTheForm() {
        assertThat(PromptTemplate.render("Which river?", DOCUMENTS, AnswerKind.SHORT_ANSWER))
                .isEqualTo(
                        """
                        Read the text below with care, then answer the question that follows it.

                        <text>
                        Bern
                        A town on the Aare.

                        No title.
                        </text>

                        Which river?

                        Format your response as follows: "Therefore, the answer is (insert answer here)".""");
    }

    @ParameterizedTest
    @CsvSource({
        "MULTIPLE_CHOICE, The correct answer is (insert letter here)",
        "NUMBER, 'Therefore, the answer is (insert answer here)'",
        "FREE_TEXT, 'Therefore, the answer is (insert answer here)'",
        "MATH_BOXED, 'Therefore, the answer is \\boxed{insert answer here}'"
    })
    void shouldAskForTheFormThatTheKindsRuleReads(AnswerKind kind, String form) {
        assertThat(PromptTemplate.render("?", DOCUMENTS, kind))
                .endsWith("Format your response as follows: \"" + form + "\".");
    }

    @Test
    void shouldRefuseAKindThatHasNoForm() {
        assertThatThrownBy(() -> PromptTemplate.render("?", DOCUMENTS, AnswerKind.UNKNOWN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("UNKNOWN");
    }
}
