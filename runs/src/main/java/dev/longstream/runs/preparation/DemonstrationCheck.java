package dev.longstream.runs.preparation;

import dev.longstream.questions.ImportedPrompt;
import dev.longstream.questions.WrittenDemonstration;
import dev.longstream.record.AnswerKind;
import dev.longstream.record.RewardComponent;
import dev.longstream.rewards.Reward;
import dev.longstream.rewards.RewardPolicy;
import dev.longstream.rewards.Rewards;
import dev.longstream.rewards.ScoringConfig;
import org.jspecify.annotations.Nullable;

import java.util.Optional;

/**
 * Checks that a demonstration earns a reward by the run's own rule before the policy imitates it. A demonstration that earns
 * none would teach a form that reinforcement learning then punishes.
 */
final class DemonstrationCheck {
    private static final String THOUGHT_END = "</think>";

    private final ScoringConfig scoring;
    /** Null: a judge alone decides, and demonstrations are not judged. */
    private final @Nullable Reward reward;

    private int accepted;
    private @Nullable String firstRefusal;

    DemonstrationCheck(ScoringConfig scoring) {
        this.scoring = scoring;
        this.reward = scoring.reward() == RewardPolicy.JUDGE ? null : Rewards.of(scoring);
    }

    /**
     * Returns why an answer to a question must not be imitated; empty if it may.
     *
     * @param answer answer without the stop token
     */
    Optional<String> refusal(ImportedPrompt prompt, String answer) {
        if (reward == null) {
            return noted(thoughtRefusal(prompt.source(), answer));
        }
        RewardComponent score = reward.of(prompt.toQuestion(0, null), answer);
        Double value = score.getValue();
        return noted(
                value != null && value > 0
                        ? Optional.empty()
                        : Optional.of(prompt.source() + ": the demonstration '" + shortened(answer) + "' earns "
                                + (value == null ? "no reward" : "a reward of " + value) + " by the run's own rule ("
                                + score.getReason() + "), so it is not imitated"));
    }

    /** Returns why a written demonstration must not be imitated; empty if it may. Without a gold, only its form is checked. */
    Optional<String> refusal(WrittenDemonstration written) {
        return noted(thoughtRefusal(written.source(), written.answer()));
    }

    /** Returns the reference answer that a demonstration states: the first gold, or all members of a set. */
    static String goldOf(ImportedPrompt prompt) {
        return prompt.kind() == AnswerKind.ANSWER_SET
                ? String.join("; ", prompt.golds())
                : prompt.golds().get(0);
    }

    private Optional<String> thoughtRefusal(String source, String answer) {
        return scoring.thinkingExpected() && !answer.contains(THOUGHT_END)
                ? Optional.of(
                        source + ": the demonstration '" + shortened(answer) + "' has no " + THOUGHT_END
                                + ", but scoring.thinking-expected is true, so its answer would earn nothing; it is not imitated")
                : Optional.empty();
    }

    private Optional<String> noted(Optional<String> refusal) {
        if (refusal.isEmpty()) {
            accepted++;
        } else if (firstRefusal == null) {
            firstRefusal = refusal.get();
        }
        return refusal;
    }

    /** Returns the first refusal if every demonstration was refused; else empty. */
    Optional<String> allRefused() {
        return accepted == 0 ? Optional.ofNullable(firstRefusal) : Optional.empty();
    }

    private static String shortened(String answer) {
        return answer.length() <= 80 ? answer : answer.substring(0, 80) + "…";
    }
}
