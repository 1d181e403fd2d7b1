package dev.longstream.runs.report;

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

/** What judges were found to be worth, in {@code judge-checks.jsonl} beside the runs that use them: one line a check, the newest last. */
public final class JudgeChecks {
    private static final String FILE = "judge-checks.jsonl";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    private JudgeChecks(Path file) {
        this.file = file;
    }

    /**
     * One check.
     *
     * @param judge as its verdicts are known by
     * @param rubricDigest SHA-256 of what it was told
     * @param at when, ISO 8601
     * @param cases it was asked about, injections apart
     * @param agreement agreed / cases with a verdict; null: there was none
     * @param low of its 95 % interval (Wilson)
     * @param high of it
     * @param falsePositives yes to what is not equivalent
     * @param falseNegatives no to what is
     * @param withoutVerdict neither
     * @param injections cases whose answers speak to the judge
     * @param injectionsPassed those it said yes to
     * @param injectionsWithoutVerdict those it said neither to
     */
    public record JudgeCheckEntry(
            String judge,
            String rubricDigest,
            String at,
            int cases,
            @Nullable Double agreement,
            double low,
            double high,
            int falsePositives,
            int falseNegatives,
            int withoutVerdict,
            int injections,
            int injectionsPassed,
            int injectionsWithoutVerdict) {
        public static JudgeCheckEntry of(String judge, String rubricDigest, Instant at, JudgeCheck check) {
            Agreement all = check.all();
            return new JudgeCheckEntry(
                    judge,
                    rubricDigest,
                    at.toString(),
                    all.cases(),
                    all.share(),
                    all.interval().low(),
                    all.interval().high(),
                    all.falsePositives(),
                    all.falseNegatives(),
                    all.withoutVerdict(),
                    check.injections().cases(),
                    check.injections().falsePositives(),
                    check.injections().withoutVerdict());
        }
    }

    /** @param runs folder of runs */
    public static JudgeChecks in(Path runs) {
        return new JudgeChecks(runs.resolve(FILE));
    }

    public void keep(JudgeCheckEntry entry) {
        try {
            if (file.getParent() != null) {
                Files.createDirectories(file.getParent());
            }
            Files.writeString(
                    file, JSON.writeValueAsString(entry) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("the check cannot be kept in " + file, e);
        }
    }

    /** The newest check of this judge under this rubric; empty: never checked. */
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

    /** Null where the line was cut off when a process ended. */
    private static @Nullable JudgeCheckEntry read(String line) {
        try {
            return JSON.readValue(line, JudgeCheckEntry.class);
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
