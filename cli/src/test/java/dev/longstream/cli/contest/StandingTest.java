package dev.longstream.cli.contest;

import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class StandingTest {
    private static final Standing.Asked HALF = new Standing.Asked(List.of(1.0, 0.0, 0.0, 1.0), 0, 0, 40, 1);
    private static final Standing.Asked BROKEN = new Standing.Asked(List.of(1.0, 1.0), 2, 0, 20, 0);
    private static final Standing.Asked SILENT = new Standing.Asked(List.of(), 4, 0, 0, 0);
    private static final Standing.Asked UNREADABLE = new Standing.Asked(List.of(), 0, 4, 4, 0);

    @Test
    void shouldCountFailuresAndKeepThemOutOfMeans() {
        Standing standing = Standing.of("a", "set", List.of(HALF, BROKEN, SILENT, UNREADABLE), 1);

        assertThat(standing.questions()).isEqualTo(4);
        assertThat(standing.attempts()).isEqualTo(16);
        assertThat(standing.failed()).isEqualTo(6);
        assertThat(standing.unscored()).isEqualTo(4);
        assertThat(standing.reward()).isEqualTo(0.75);
        assertThat(standing.failedAsZero()).isCloseTo((0.5 + 0.5 + 0) / 3, within(1e-12));
        assertThat(standing.responseLength()).isEqualTo(64.0 / 10);
        assertThat(standing.truncatedFraction()).isEqualTo(0.1);
    }

    @Test
    void shouldEstimatePassAtKFromQuestionsWithEnoughAnswersOnly() {
        Standing standing = Standing.of("a", "set", List.of(HALF, BROKEN, SILENT), 1);

        assertThat(standing.pass().keySet()).containsExactly(1, 2, 4);
        assertThat(standing.pass().get(1).mean()).isEqualTo(0.75);
        assertThat(standing.pass().get(2).mean()).isCloseTo((1 - 1.0 / 6 + 1) / 2, within(1e-12));
        assertThat(standing.pass().get(2).questions()).isEqualTo(2);
        assertThat(standing.pass().get(4).mean()).isEqualTo(1);
        assertThat(standing.pass().get(4).questions()).isEqualTo(1);
    }

    @Test
    void shouldPrintTheSameRowsForPeopleAndForTables() {
        List<Standing> standings =
                List.of(Standing.of("a|b", "one, two", List.of(HALF), 1), Standing.of("c", "none", List.of(SILENT), 1));

        List<String> markdown = ContestTable.markdown(standings);
        List<String> csv = ContestTable.csv(standings);

        assertThat(markdown).hasSize(4);
        assertThat(markdown.get(0)).contains("| failed |", "pass@4").doesNotContain("pass@8");
        assertThat(markdown.get(2)).contains("a\\|b", "0.500 [0.500, 0.500]", "| 0.833 [");
        assertThat(markdown.get(3)).contains("| –", "| 4 ");
        assertThat(csv.get(0))
                .startsWith("contestant,set,questions,attempts,failed,unscored,reward,reward low,reward high");
        assertThat(csv.get(1)).startsWith("a|b,\"one, two\",1,4,0,0,0.500,0.500,0.500,0.500,");
        assertThat(csv.get(2)).startsWith("c,none,1,4,4,0,,,,0.000,");
    }
}
