package dev.longstream.streams.scoring;

import dev.longstream.record.JudgeRequest;
import dev.longstream.record.ScoredTrajectory;
import org.jspecify.annotations.Nullable;

/**
 * What comes of a question to the judge: it has to be put, or the answer was known. One of the two is null.
 *
 * @param request goes to {@code judge-requests}
 * @param score goes to {@code scored}
 */
record JudgeStep(@Nullable JudgeRequest request, @Nullable ScoredTrajectory score) {
    static JudgeStep asked(JudgeRequest request) {
        return new JudgeStep(request, null);
    }

    static JudgeStep settled(ScoredTrajectory score) {
        return new JudgeStep(null, score);
    }
}
