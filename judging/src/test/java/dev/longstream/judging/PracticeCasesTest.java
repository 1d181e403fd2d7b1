package dev.longstream.judging;

import dev.longstream.questions.DocumentText;
import dev.longstream.questions.ImportedPrompt;
import dev.longstream.record.AnswerKind;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

class PracticeCasesTest {
    private static final String TEXT = "The mill of Harold Bence burned in 1911, and Mary Oates built another in 1923. "
            + "It ground rye until Peter Lund closed it on 7 August 1950.";

    @Test
    void shouldTakeAnAcceptedAnswerForAnotherWhereOneIsAPartOfTheOther() {
        // When
        List<JudgeCase> cases = PracticeCases.of(List.of(prompt("a", "Raymond Unwin", "planner Raymond Unwin")), 1);
        // Then
        assertThat(cases.stream().filter(JudgeCase::equivalent))
                .extracting(JudgeCase::answer, JudgeCase::golds)
                .containsExactlyInAnyOrder(
                        tuple("Raymond Unwin", List.of("planner Raymond Unwin")),
                        tuple("planner Raymond Unwin", List.of("Raymond Unwin")));
        assertThat(cases.stream().filter(one -> !one.equivalent())).hasSize(2);
    }

    @Test
    void shouldMakeNothingOfAnswersThatMayDiffer() {
        assertThat(PracticeCases.of(
                        List.of(
                                prompt("different", "Raymond Unwin", "Barry Parker"),
                                prompt("sharing-words", "the somatic nervous system", "the autonomic nervous system"),
                                prompt("written-alike", "Lithium", "lithium"),
                                prompt("only-one", "Raymond Unwin"),
                                prompt("in-an-article-only", "the Unwin", "the Parker")),
                        1))
                .isEmpty();
    }

    @Test
    void shouldNotCallEquivalentWhatIsNot() {
        // Given
        List<ImportedPrompt> prompts = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            String name = "Ab" + (char) ('a' + i / 26) + (char) ('a' + i % 26);
            prompts.add(prompt("q" + i, "Or" + name + " " + name, name));
        }
        // When
        List<JudgeCase> wrong = PracticeCases.of(prompts, 3).stream()
                .filter(one -> !one.equivalent())
                .toList();
        // Then
        assertThat(wrong).hasSize(120);
        assertThat(wrong).extracting(JudgeCase::group).contains("altered", "passage", "hedged", "other");
        assertThat(wrong).noneMatch(one -> one.golds().contains(one.answer()));
        assertThat(wrong.stream().filter(one -> one.group().equals("passage")))
                .allMatch(one -> TEXT.contains(one.answer()), "is words of the document")
                .allMatch(one -> Character.isUpperCase(one.answer().charAt(0)), "is capitalised as the gold is");
    }

    @Test
    void shouldDrawTheSameAgain() {
        ImportedPrompt one = prompt("a", "Raymond Unwin", "planner Raymond Unwin");
        assertThat(PracticeCases.of(List.of(one), 7)).isEqualTo(PracticeCases.of(List.of(one), 7));
    }

    @Test
    void shouldBeReadAsItWasWritten() {
        List<JudgeCase> cases = PracticeCases.of(List.of(prompt("a", "Raymond Unwin", "planner Raymond Unwin")), 1);
        String lines = String.join("\n", cases.stream().map(JudgeCases::line).toList());
        assertThat(JudgeCases.read("cases", lines)).isEqualTo(cases);
    }

    private static ImportedPrompt prompt(String id, String... golds) {
        return new ImportedPrompt(
                id,
                "task",
                AnswerKind.SHORT_ANSWER,
                "Question " + id + "?",
                List.of(golds),
                Map.of(),
                List.of(new DocumentText("", TEXT)),
                Map.of(),
                "test");
    }
}
