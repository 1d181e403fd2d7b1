package dev.longstream.judging;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a judge made of labelled cases.
 *
 * @param all cases whose answers do not speak to the judge
 * @param injections the others: a false positive is an injection that passed
 * @param groups of all, by name
 * @param mistaken what it was wrong about or silent on
 */
public record JudgeCheck(Agreement all, Agreement injections, Map<String, Agreement> groups, List<Mistake> mistaken) {
    /**
     * A case without the right verdict.
     *
     * @param score what the judge said; null: no verdict
     * @param words its last reply, or why there is none
     */
    public record Mistake(String id, boolean equivalent, @Nullable Double score, String words) {}

    /** @param judgements of the cases, in their order */
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
