package dev.longstream.evaluation.comparison;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class ComparisonRowTest {
    private static final ComparisonRow.AnswerOutcomes HALF =
            new ComparisonRow.AnswerOutcomes(List.of(1.0, 0.0, 0.0, 1.0), 0, 0, 40, 1);
    private static final ComparisonRow.AnswerOutcomes BROKEN =
            new ComparisonRow.AnswerOutcomes(List.of(1.0, 1.0), 2, 0, 20, 0);
    private static final ComparisonRow.AnswerOutcomes SILENT = new ComparisonRow.AnswerOutcomes(List.of(), 4, 0, 0, 0);
    private static final ComparisonRow.AnswerOutcomes UNREADABLE =
            new ComparisonRow.AnswerOutcomes(List.of(), 0, 4, 4, 0);

    @Test
    void shouldCountFailuresAndKeepThemOutOfMeans() {
        ComparisonRow row = ComparisonRow.of("a", "set", List.of(HALF, BROKEN, SILENT, UNREADABLE), 1);

        assertThat(row.counts().questions()).isEqualTo(4);
        assertThat(row.counts().attempts()).isEqualTo(16);
        assertThat(row.counts().failed()).isEqualTo(6);
        assertThat(row.counts().unscored()).isEqualTo(4);
        assertThat(row.reward()).isEqualTo(0.75);
        assertThat(row.failedAsZero()).isCloseTo((0.5 + 0.5 + 0) / 3, within(1e-12));
        assertThat(row.responseLength()).isEqualTo(64.0 / 10);
        assertThat(row.truncatedFraction()).isEqualTo(0.1);
    }

    @Test
    void shouldEstimatePassAtKFromQuestionsWithEnoughAnswersOnly() {
        ComparisonRow row = ComparisonRow.of("a", "set", List.of(HALF, BROKEN, SILENT), 1);

        assertThat(row.pass().keySet()).containsExactly(1, 2, 4);
        assertThat(row.pass().get(1).mean()).isEqualTo(0.75);
        assertThat(row.pass().get(2).mean()).isCloseTo((1 - 1.0 / 6 + 1) / 2, within(1e-12));
        assertThat(row.pass().get(2).questions()).isEqualTo(2);
        assertThat(row.pass().get(4).mean()).isEqualTo(1);
        assertThat(row.pass().get(4).questions()).isEqualTo(1);
    }

    @Test
    void shouldWeighEachSetEquallyInTheMeanOfSets() {
        // Given
        List<List<ComparisonRow.AnswerOutcomes>> sets = List.of(List.of(HALF, HALF, HALF), List.of(BROKEN));
        List<ComparisonRow> rows =
                List.of(ComparisonRow.of("a", "one", sets.get(0), 1), ComparisonRow.of("a", "two", sets.get(1), 1));

        // When
        ComparisonRow mean = ComparisonRow.ofSets("a", "mean of sets", sets, rows, 1);

        // Then
        assertThat(mean.reward()).as("all questions together would have 0.625").isEqualTo(0.75);
        assertThat(mean.counts().questions()).isEqualTo(4);
        assertThat(mean.pass().keySet())
                .as("the second set has two answers a question")
                .containsExactly(1, 2);
        assertThat(mean.pass().get(1).mean()).isEqualTo(0.75);
    }

    @Test
    void shouldCompareCandidatesQuestionByQuestion() {
        // Given
        Map<String, Double> base = Map.of("p", 0.0, "q", 0.5, "r", 1.0);
        Map<String, Double> trained = Map.of("p", 0.25, "q", 0.75, "s", 1.0);

        // When
        PairedDifference difference = PairedDifference.of("trained", trained, "base", base, 1);

        // Then
        assertThat(difference.questions()).as("questions that both answered").isEqualTo(2);
        assertThat(difference.difference()).isEqualTo(0.25);
        assertThat(difference.interval().low()).isEqualTo(0.25);
        assertThat(ComparisonTable.differences(List.of(difference)).get(0))
                .isEqualTo("trained - base: +0.250 [+0.250, +0.250] on 2 questions that both answered");
    }

    @Test
    void shouldPrintTheSameRowsForPeopleAndForTables() {
        List<ComparisonRow> rows = List.of(
                ComparisonRow.of("a|b", "one, two", List.of(HALF), 1),
                ComparisonRow.of("c", "none", List.of(SILENT), 1));

        List<String> markdown = ComparisonTable.markdown(rows);
        List<String> csv = ComparisonTable.csv(rows);

        assertThat(markdown).hasSize(4);
        assertThat(markdown.get(0)).contains("| failed |", "pass@4").doesNotContain("pass@8");
        assertThat(markdown.get(2)).contains("a\\|b", "0.500 [0.500, 0.500]", "| 0.833 [");
        assertThat(markdown.get(3)).contains("| –", "| 4 ");
        assertThat(csv.get(0))
                .startsWith("candidate,set,questions,attempts,failed,unscored,reward,reward low,reward high");
        assertThat(csv.get(1)).startsWith("a|b,\"one, two\",1,4,0,0,0.500,0.500,0.500,0.500,");
        assertThat(csv.get(2)).startsWith("c,none,1,4,4,0,,,,0.000,");
    }
}
