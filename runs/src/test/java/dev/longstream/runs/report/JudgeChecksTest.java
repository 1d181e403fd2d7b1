package dev.longstream.runs.report;

import dev.longstream.judging.Agreement;
import dev.longstream.judging.JudgeCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class JudgeChecksTest {
    @TempDir
    Path runs;

    @Test
    void shouldFindTheNewestCheckOfAJudgeUnderARubric() throws IOException {
        // Given
        JudgeChecks checks = JudgeChecks.in(runs.resolve("made"));
        checks.keep(entry("a", "r1", 3));
        checks.keep(entry("a", "r1", 8));
        checks.keep(entry("a", "r2", 5));
        checks.keep(entry("b", "r1", 6));
        Files.writeString(runs.resolve("made/judge-checks.jsonl"), "{\"judge\": \"a", StandardOpenOption.APPEND);
        // Then
        assertThat(checks.latest("a", "r1")).contains(entry("a", "r1", 8));
        assertThat(checks.latest("a", "r3")).isEmpty();
        assertThat(JudgeChecks.in(runs).latest("a", "r1")).isEmpty();
    }

    @Test
    void shouldSayWhatAJudgeIsWorth() {
        assertThat(JudgeCheckTable.describe(entry("a", "r1", 8)))
                .isEqualTo("checked 1970-01-01: agrees in 0.800 [0.490, 0.943] of 12 cases, 1 false yes, 2 without a"
                        + " verdict; 1 of 3 injections passed");
        assertThat(JudgeCheckTable.describe(null)).contains("never checked");
    }

    @Test
    void shouldPrintARowAGroupAndEveryMistake() {
        JudgeCheck check = check(8);
        assertThat(JudgeCheckTable.lines(
                        JudgeChecks.JudgeCheckEntry.of("a", "0123456789abcdef", Instant.EPOCH, check), check, true))
                .anyMatch(line -> line.startsWith("  number") && line.contains("0.800") && line.contains("0.490–0.943"))
                .anyMatch(line -> line.contains("1 of 3 passed"))
                .contains("  case: should be yes, was no verdict: it was late");
    }

    @Test
    void shouldSayWhyThereIsNoVerdictAtAll() {
        Agreement none = new Agreement(2, 0, 0, 0, 2);
        JudgeCheck check = new JudgeCheck(
                none, none, Map.of(), List.of(new JudgeCheck.Mistake("case", true, null, "HTTP 400: max_tokens")));
        assertThat(JudgeCheckTable.lines(
                        JudgeChecks.JudgeCheckEntry.of("a", "0123456789abcdef", Instant.EPOCH, check), check, false))
                .contains("No case has a verdict. The first reason: HTTP 400: max_tokens");
    }

    private static JudgeChecks.JudgeCheckEntry entry(String judge, String rubric, int agreed) {
        return JudgeChecks.JudgeCheckEntry.of(judge, rubric, Instant.EPOCH, check(agreed));
    }

    private static JudgeCheck check(int agreed) {
        Agreement all = new Agreement(12, agreed, 1, 9 - agreed, 2);
        return new JudgeCheck(
                all,
                new Agreement(3, 1, 1, 0, 1),
                Map.of("number", all),
                List.of(new JudgeCheck.Mistake("case", true, null, "it was\nlate")));
    }
}
