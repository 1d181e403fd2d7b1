package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/** The last balanced box equals a gold in TeX's spelling, or both are plain numbers of one value. No computer algebra. */
final class BoxedRule implements RuleReward {
    @Override
    public RuleVerdict score(String output, List<String> golds, Map<String, String> options, boolean thinkingExpected) {
        @Nullable String said = said(output, thinkingExpected);
        if (golds.isEmpty()) {
            return RuleVerdict.unreadableGold(said, "there is no gold");
        }
        for (String gold : golds) {
            if (MathText.normalise(gold).isEmpty()) {
                return RuleVerdict.unreadableGold(said, "the gold \"" + gold + "\" is empty");
            }
        }
        if (said == null) {
            return RuleVerdict.nothingStated("no balanced box");
        }
        for (String gold : golds) {
            if (MathText.same(said, gold)) {
                return RuleVerdict.right(said, "equals the gold " + gold);
            }
        }
        return RuleVerdict.wrong(said, "equals no gold, by spelling or by value");
    }

    private static @Nullable String said(String output, boolean thinkingExpected) {
        @Nullable String part = AnswerPart.of(output, thinkingExpected);
        List<Box> boxes = part == null ? List.of() : Box.in(part);
        String content = boxes.isEmpty() ? "" : boxes.get(boxes.size() - 1).content();
        return content.isEmpty() ? null : content;
    }
}
