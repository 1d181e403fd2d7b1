package dev.longstream.evaluation.comparison;

import dev.longstream.evaluation.AnswerScorer;
import dev.longstream.questions.ImportedPrompt;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/**
 * Decides which answers of a teacher may be imitated.
 *
 * @param rules of the run, without a judge
 * @param thinkingExpected whether the policy's chat form opens a thought
 */
public record Verification(AnswerScorer rules, boolean thinkingExpected) {
    private static final String THOUGHT = "<think>";
    private static final String THOUGHT_END = "</think>";

    /** The answer as the policy would write it; empty where it was cut off, or the rule does not find it right. */
    Optional<String> of(ImportedPrompt prompt, Attempt attempt) {
        @Nullable String answer = attempt.answer();
        if (answer == null || attempt.truncated()) {
            return Optional.empty();
        }
        String form = inThePolicysForm(answer);
        boolean right = rules.score(List.of(new AnswerScorer.Written(prompt.toQuestion(0, null), form)))
                        .get(0)
                        .orElse(0)
                > 0;
        return right ? Optional.of(form) : Optional.empty();
    }

    /** Where the policy's chat form opens a thought, the answer goes on with it; elsewhere there is no thought. */
    private String inThePolicysForm(String answer) {
        if (thinkingExpected) {
            String stripped = answer.stripLeading();
            return stripped.startsWith(THOUGHT)
                    ? stripped.substring(THOUGHT.length()).stripLeading()
                    : answer;
        }
        int end = answer.lastIndexOf(THOUGHT_END);
        return end < 0 ? answer : answer.substring(end + THOUGHT_END.length()).strip();
    }
}
