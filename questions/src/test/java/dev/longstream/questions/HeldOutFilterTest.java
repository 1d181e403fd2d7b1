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
}
