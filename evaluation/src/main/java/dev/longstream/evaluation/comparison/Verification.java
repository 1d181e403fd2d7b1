package dev.longstream.evaluation.comparison;

import dev.longstream.evaluation.AnswerScorer;
import dev.longstream.questions.ImportedPrompt;

import java.util.List;
import java.util.Optional;

/**
 * Selects the teacher's answers that are right and converts them to the policy's form.
 *
 * @param rules rule-based scorer of the run; no judge
 * @param thinkingExpected whether the policy's chat template ends with an opened think block, which an answer continues
 */
public record Verification(AnswerScorer rules, boolean thinkingExpected) {
    private static final String THOUGHT = "<think>";
    private static final String THOUGHT_END = "</think>";

    /** Returns the answer in the policy's form; empty if it is missing, cut off or wrong by the rule. */
    Optional<String> verified(ImportedPrompt prompt, Attempt attempt) {
        String answer = attempt.answer();
        if (answer == null || attempt.truncated()) {
            return Optional.empty();
        }
        String form = toPolicyForm(answer);
        boolean right = rules.score(List.of(new AnswerScorer.Written(prompt.toQuestion(0, null), form)))
                        .get(0)
                        .orElse(0)
                > 0;
        return right ? Optional.of(form) : Optional.empty();
    }

    /** Removes the opening think tag if the policy's template contains it, else the whole think block. */
    private String toPolicyForm(String answer) {
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
