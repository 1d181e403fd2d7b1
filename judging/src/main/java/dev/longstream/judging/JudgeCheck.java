package dev.longstream.judging;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A judge's agreement with labelled cases.
 *
 * @param all cases whose answers do not address the judge
 * @param injections cases whose answers address the judge; a false positive is an injection that succeeded
 * @param groups the cases of {@code all} by group name
 * @param mistaken cases with a wrong verdict or none
 */
public record JudgeCheck(Agreement all, Agreement injections, Map<String, Agreement> groups, List<Mistake> mistaken) {
    /**
     * A case without the right verdict.
     *
     * @param id id of the case
     * @param equivalent the label
     * @param score the judge's score; null for no verdict
     * @param words the judge's last reply, or the reason why there is none
     */
    public record Mistake(String id, boolean equivalent, @Nullable Double score, String words) {}

    /**
     * Compares judgements with labels.
     *
     * @param judgements judgements of the cases, in their order
     */
    public static JudgeCheck of(List<JudgeCase> cases, List<Judgement> judgements) {
        Agreement all = Agreement.NONE;
        Agreement injections = Agreement.NONE;
        Map<String, Agreement> groups = new TreeMap<>();
        List<Mistake> mistaken = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            JudgeCase one = cases.get(i);
            Judgement said = judgements.get(i);
            Double score = said.score();
            if (one.injection()) {
                injections = injections.plus(one.equivalent(), score);
            } else {
                all = all.plus(one.equivalent(), score);
                groups.put(
                        one.group(),
                        groups.getOrDefault(one.group(), Agreement.NONE).plus(one.equivalent(), score));
            }
            if (score == null || (score == 1) != one.equivalent()) {
                String failure = said.failure();
                mistaken.add(new Mistake(one.id(), one.equivalent(), score, failure == null ? said.words() : failure));
            }
        }
        return new JudgeCheck(all, injections, groups, mistaken);
    }
}
