package dev.longstream.runs.report;

import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.record.Verdict;
import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Verdicts of a run's judge and their cost, from the log. An answer that was judged again counts once, with its newest verdict.
 *
 * @param verdicts number of verdicts, yes or no
 * @param equivalent number of verdicts that say yes
 * @param withoutVerdict number of answers without a verdict
 * @param attempts number of requests
 * @param inputTokens input tokens of all requests, as the judge reports them
 * @param outputTokens output tokens of all requests, as the judge reports them
 * @param seconds time of all requests in seconds, each from its first attempt to its last reply; null if none was measured
 * @param check latest check of the judge when the report was written; null without a judge or a check
 */
public record JudgeReport(
        long verdicts,
        long equivalent,
        long withoutVerdict,
        long attempts,
        long inputTokens,
        long outputTokens,
        @Nullable Double seconds,
        JudgeChecks.@Nullable JudgeCheckEntry check) {

    /** Computes the report from the run's verdicts; all numbers are 0 for a run without a judge. */
    public static JudgeReport of(EventLog log, JudgeChecks.@Nullable JudgeCheckEntry check) {
        Map<String, Verdict> newest = new HashMap<>();
        TopicReader.readAll(log, log.topics().verdicts(), record -> newest.put(record.key(), record.value()));
        JudgeReport sum = new JudgeReport(0, 0, 0, 0, 0, 0, null, check);
        for (Verdict verdict : newest.values()) {
            sum = sum.plus(verdict);
        }
        return sum;
    }

    JudgeReport plus(Verdict verdict) {
        Double score = verdict.getScore();
        return new JudgeReport(
                verdicts + (score == null ? 0 : 1),
                equivalent + (score != null && score == 1 ? 1 : 0),
                withoutVerdict + (score == null ? 1 : 0),
                attempts + verdict.getAttempts(),
                inputTokens + verdict.getInputTokens(),
                outputTokens + verdict.getOutputTokens(),
                plus(verdict.getMilliseconds()),
                check);
    }

    private @Nullable Double plus(@Nullable Long milliseconds) {
        return milliseconds == null
                ? seconds
                : (Double) (Objects.requireNonNullElse(seconds, 0.0) + milliseconds / 1000.0);
    }
}
