package dev.longstream.questions;

import dev.longstream.record.AnswerKind;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class HeldOutFilterTest {
    private static ImportedPrompt prompt(String id, String question, String... golds) {
        return new ImportedPrompt(
                id, "set", AnswerKind.SHORT_ANSWER, question, List.of(golds), Map.of(), List.of(), Map.of(), "file:1");
    }

    @Test
    void shouldRefuseAQuestionWhenItIsHeldOutInOtherWordsOfTheSameSet() {
        // Given
        HeldOutFilter heldOut = new HeldOutFilter();
        heldOut.add(prompt("a", "Who wrote  Emma?", "Jane Austen", "Austen"));
        List<String> refused = new ArrayList<>();

        // When
        List<ImportedPrompt> left = List.of(
                        prompt("b", "who wrote emma?", "austen", "Jane Austen"),
                        prompt("c", "Who wrote Emma?", "somebody else"),
                        prompt("d", "Who wrote Persuasion?", "Jane Austen", "Austen"))
                .stream()
                .filter(heldOut.refusing(refused))
                .toList();

        // Then
        assertThat(left).extracting(ImportedPrompt::id).containsExactly("c", "d");
        assertThat(refused).containsExactly("file:1: question b is held out, so it is not trained on");
    }

    @Test
    void shouldRefuseAQuestionWhenItsGoldsOrDocumentsOverlap() {
        // Given
        DocumentText emma = new DocumentText("", "Emma is a novel.");
        HeldOutFilter heldOut = new HeldOutFilter();
        heldOut.add(prompt("a", "Who wrote Emma?", "Jane Austen", "Austen"));
        heldOut.add(withDocument("b", "Who is she?", "Emma", emma));

        // Then
        assertThat(heldOut.holds(prompt("c", "Who wrote Emma?", "J. Austen", "Jane Austen")))
                .as("another list of accepted answers")
                .isTrue();
        assertThat(heldOut.holds(withDocument("d", "Who is she?", "Miss Woodhouse", emma)))
                .as("another answer from the same document")
                .isTrue();
        assertThat(heldOut.holds(prompt("e", "Who is she?", "Anne"))).isFalse();
        assertThat(heldOut.sharesDocument(withDocument("f", "When?", "1815", emma)))
                .isTrue();
    }

    @Test
    void shouldRefuseAWrittenDemonstrationWhenItAnswersAHeldOutQuestion() {
        // Given
        HeldOutFilter heldOut = new HeldOutFilter();
        heldOut.add(prompt("a", "Who wrote Emma?", "Jane Austen"));

        // Then
        assertThat(heldOut.holds(written("Some text.\n\nWho wrote  Emma?", "It was Jane Austen.")))
                .isTrue();
        assertThat(heldOut.holds(written("Some text. Who wrote Emma?", "It was Jane Austen.")))
                .isTrue();
        assertThat(heldOut.holds(written("Who wrote Emma?", "I do not know."))).isFalse();
        assertThat(heldOut.holds(written("Who wrote Persuasion?", "It was Jane Austen.")))
                .isFalse();
    }

    private static WrittenDemonstration written(String prompt, String answer) {
        return new WrittenDemonstration(List.of(new Turn("user", prompt)), answer, "file:1");
    }

    private static ImportedPrompt withDocument(String id, String question, String gold, DocumentText document) {
        return new ImportedPrompt(
                id,
                "set",
                AnswerKind.SHORT_ANSWER,
                question,
                List.of(gold),
                Map.of(),
                List.of(document),
                Map.of(),
                "file:1");
    }
}
