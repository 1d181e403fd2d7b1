package dev.longstream.streams.scoring;

import dev.longstream.record.JudgeRequest;
import dev.longstream.record.ScoredTrajectory;
import org.jspecify.annotations.Nullable;

/**
 * Outcome for a score that needs a verdict: a request to the judge, or the final score where the verdict was known. The
 * other one is null.
 *
 * @param request request, which goes to {@code judge-requests}
 * @param score final score, which goes to the topic of scores
 */
record JudgeStep(@Nullable JudgeRequest request, @Nullable ScoredTrajectory score) {
    static JudgeStep asked(JudgeRequest request) {
        return new JudgeStep(request, null);
    }

    static JudgeStep settled(ScoredTrajectory score) {
        return new JudgeStep(null, score);
    }
}
