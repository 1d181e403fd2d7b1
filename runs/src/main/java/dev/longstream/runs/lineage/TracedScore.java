package dev.longstream.runs.lineage;

import dev.longstream.log.Topic;
import dev.longstream.record.RewardComponent;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.Verdict;
import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The reward of an answer.
 *
 * @param place place of the record in {@code scored}
 * @param reward reward; null: the outcome has none
 * @param parts parts of the reward, with what was extracted
 * @param verdict reply of the judge; null: no judge was asked, or the record is not found
 * @param promoted promotion of the shadow that gave the reward; null: the run's own reward gave it
 */
public record TracedScore(
        TracedPlace place,
        @Nullable Double reward,
        List<ScorePart> parts,
        @Nullable JudgeReply verdict,
        @Nullable RewardOrigin promoted) {

    /**
     * Promotion of the shadow whose reward was given.
     *
     * @param shadow name of the shadow
     * @param who author of the command; null: the command is on the log of the run that this one continues
     * @param why reason of the command; null like {@code who}
     */
    public record RewardOrigin(String shadow, @Nullable String who, @Nullable String why) {}

    /**
     * One part of a reward, before the sum.
     *
     * @param name rule, judge, length, format, …
     * @param value value of this part; null: the part does not apply
     * @param extracted text that was compared with the golds; null: the answer stated none
     * @param reason reason for the value
     */
    public record ScorePart(String name, @Nullable Double value, @Nullable String extracted, String reason) {}

    /**
     * A judge's reply about an answer, which it may have given about an equal answer before.
     *
     * @param place place of the record in {@code verdicts}
     * @param judge name of the judge's model
     * @param score 1 for equivalent, 0 for not equivalent; null: no verdict
     * @param words text of the reply
     * @param failure reason why there is no verdict; null if there is one
     * @param answeredAt time of the reply, ISO 8601
     */
    public record JudgeReply(
            TracedPlace place,
            String judge,
            @Nullable Double score,
            String words,
            @Nullable String failure,
            String answeredAt) {
        static JudgeReply of(Topic<Verdict> topic, FoundRecord<Verdict> found) {
            Verdict verdict = found.value();
            return new JudgeReply(
                    TracedPlace.of(topic, found.place()),
                    verdict.getJudge(),
                    verdict.getScore(),
                    verdict.getWords(),
                    verdict.getFailure(),
                    verdict.getAnsweredAt().toString());
        }
    }

    static TracedScore of(
            Topic<ScoredTrajectory> topic,
            FoundRecord<ScoredTrajectory> found,
            @Nullable JudgeReply verdict,
            @Nullable RewardOrigin promoted) {
        return new TracedScore(
                TracedPlace.of(topic, found.place()),
                found.value().getReward(),
                found.value().getComponents().stream().map(TracedScore::part).toList(),
                verdict,
                promoted);
    }

    private static ScorePart part(RewardComponent component) {
        return new ScorePart(
                component.getName(), component.getValue(), component.getExtracted(), component.getReason());
    }
}
