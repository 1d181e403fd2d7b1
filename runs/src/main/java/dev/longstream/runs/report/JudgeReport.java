package dev.longstream.runs.report;

import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.record.Verdict;
import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/**
 * What the judge has said and what it cost, from the verdicts on the log; one that was asked again counts once.
 *
 * @param verdicts that say yes or no
 * @param equivalent of them, those that say yes
 * @param withoutVerdict questions that have none
 * @param attempts requests made
 * @param inputTokens as the judge counts them, over all attempts
 * @param outputTokens as the judge counts them, over all attempts
 * @param check what the judge was found to be worth when the report was written; null: never checked, or there is no judge
 */
public record JudgeReport(
        long verdicts,
        long equivalent,
        long withoutVerdict,
        long attempts,
        long inputTokens,
        long outputTokens,
        JudgeChecks.@Nullable JudgeCheckEntry check) {

    /** Reads the run's verdicts; a run without a judge has zeros. */
    public static JudgeReport of(EventLog log, JudgeChecks.@Nullable JudgeCheckEntry check) {
        Map<String, Verdict> newest = new HashMap<>();
        TopicReader.readAll(log, log.topics().verdicts(), record -> newest.put(record.key(), record.value()));
        JudgeReport sum = new JudgeReport(0, 0, 0, 0, 0, 0, check);
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
                check);
    }
}
