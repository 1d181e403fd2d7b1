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

/** Stores the results of judge checks in {@code judge-checks.jsonl} beside the runs, one line per check, the newest last. */
public final class JudgeChecks {
    private static final String FILE = "judge-checks.jsonl";

    private final JsonLines file;

    private JudgeChecks(JsonLines file) {
        this.file = file;
    }

    /**
     * Result of one check.
     *
     * @param judge name of the judge
     * @param rubricDigest SHA-256 of the rubric
     * @param at time of the check, ISO 8601
     * @param verdicts verdicts on labelled cases, injections excluded
     * @param injected verdicts on injections, answers that try to instruct the judge
     */
    public record JudgeCheckEntry(
            String judge,
            String rubricDigest,
            String at,
            @JsonUnwrapped CheckedCases verdicts,
            @JsonUnwrapped CheckedInjections injected) {
        /** Returns the entry of a check. */
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
     * Verdicts on labelled cases.
     *
     * @param cases number of cases
     * @param agreement fraction of right verdicts among the cases with a verdict; null without any
     * @param low lower bound of the 95 % interval of the agreement (Wilson)
     * @param high upper bound of the interval
     * @param falsePositives number of wrong answers that the judge accepted
     * @param falseNegatives number of right answers that the judge rejected
     * @param withoutVerdict number of cases without a verdict
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

    /**
     * Returns the checks beside the runs in a folder.
     *
     * @param runs folder that contains the run folders
     */
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
