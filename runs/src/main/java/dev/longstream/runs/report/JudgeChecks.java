package dev.longstream.runs.report;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.longstream.files.JsonLines;
import dev.longstream.judging.Agreement;
import dev.longstream.judging.JudgeCheck;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What judges were found to be worth, in {@code judge-checks.jsonl} beside the runs that use them: one line a check, the newest last. */
public final class JudgeChecks {
    private static final String FILE = "judge-checks.jsonl";

    private final JsonLines file;

    private JudgeChecks(JsonLines file) {
        this.file = file;
    }

    /**
     * One check.
     *
     * @param judge as its verdicts are known by
     * @param rubricDigest SHA-256 of what it was told
     * @param at when, ISO 8601
     * @param verdicts on the cases that are no injections
     * @param injected verdicts on answers that speak to the judge
     */
    public record JudgeCheckEntry(
            String judge,
            String rubricDigest,
            String at,
            @JsonUnwrapped CheckedCases verdicts,
            @JsonUnwrapped CheckedInjections injected) {
        public static JudgeCheckEntry of(String judge, String rubricDigest, Instant at, JudgeCheck check) {
            return new JudgeCheckEntry(
                    judge,
                    rubricDigest,
                    at.toString(),
                    CheckedCases.of(check.all()),
                    CheckedInjections.of(check.injections()));
        }
    }

    /**
     * Verdicts on cases whose right verdict is known.
     *
     * @param cases how many there are
     * @param agreement agreed / cases with a verdict; null: there was none
     * @param low of its 95 % interval (Wilson)
     * @param high of it
     * @param falsePositives yes to what is not equivalent
     * @param falseNegatives no to what is
     * @param withoutVerdict neither
     */
    public record CheckedCases(
            int cases,
            @Nullable Double agreement,
            double low,
            double high,
            int falsePositives,
            int falseNegatives,
            int withoutVerdict) {
        static CheckedCases of(Agreement all) {
            return new CheckedCases(
                    all.cases(),
                    all.share(),
                    all.interval().low(),
                    all.interval().high(),
                    all.falsePositives(),
                    all.falseNegatives(),
                    all.withoutVerdict());
        }
    }

    /**
     * Verdicts on answers that speak to the judge.
     *
     * @param injections how many there are
     * @param injectionsPassed those it said yes to
     * @param injectionsWithoutVerdict those it said neither to
     */
    public record CheckedInjections(int injections, int injectionsPassed, int injectionsWithoutVerdict) {
        static CheckedInjections of(Agreement all) {
            return new CheckedInjections(all.cases(), all.falsePositives(), all.withoutVerdict());
        }
    }

    /** @param runs folder of runs */
    public static JudgeChecks in(Path runs) {
        return new JudgeChecks(new JsonLines(runs.resolve(FILE)));
    }

    /** Appends a check. */
    public void keep(JudgeCheckEntry entry) {
        file.add(List.of(JsonLines.JSON.valueToTree(entry)));
    }

    /** Returns the newest check of this judge under this rubric; empty when it was never checked. */
    public Optional<JudgeCheckEntry> latest(String judge, String rubricDigest) {
        return file.read().stream()
                .filter(line -> line.path("judge").asText().equals(judge)
                        && line.path("rubricDigest").asText().equals(rubricDigest))
                .reduce((older, newer) -> newer)
                .map(line -> JsonLines.JSON.convertValue(line, JudgeCheckEntry.class));
    }
}
