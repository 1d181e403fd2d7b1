package dev.longstream.runs.report;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.judging.Agreement;
import dev.longstream.judging.JudgeCheck;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;

/** Stores the results of judge checks in {@code judge-checks.jsonl} beside the runs, one line per check, the newest last. */
public final class JudgeChecks {
    private static final String FILE = "judge-checks.jsonl";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    private JudgeChecks(Path file) {
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
        return new JudgeChecks(runs.resolve(FILE));
    }

    /** Appends a check to the file. */
    public void keep(JudgeCheckEntry entry) {
        try {
            if (file.getParent() != null) {
                Files.createDirectories(file.getParent());
            }
            Files.writeString(
                    file, JSON.writeValueAsString(entry) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("the result of the check cannot be written to " + file, e);
        }
    }

    /** Returns the newest check of a judge with a rubric; empty if there is none. */
    public Optional<JudgeCheckEntry> latest(String judge, String rubricDigest) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JudgeCheckEntry found = null;
            for (String line : Files.readAllLines(file)) {
                JudgeCheckEntry entry = read(line);
                if (entry != null
                        && entry.judge().equals(judge)
                        && entry.rubricDigest().equals(rubricDigest)) {
                    found = entry;
                }
            }
            return Optional.ofNullable(found);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    /** Parses a line; null if it is incomplete because a process ended while writing it. */
    private static @Nullable JudgeCheckEntry read(String line) {
        try {
            return JSON.readValue(line, JudgeCheckEntry.class);
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
