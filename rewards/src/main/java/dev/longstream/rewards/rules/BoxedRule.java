package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/**
 * Accepts an answer whose last balanced box equals a gold in normalised TeX, or is a plain number of equal value. It
 * does no computer algebra.
 */
final class BoxedRule implements RuleReward {
    @Override
    public RuleVerdict score(String output, List<String> golds, Map<String, String> options, boolean thinkingExpected) {
        String extracted = extract(output, thinkingExpected);
        if (golds.isEmpty()) {
            return RuleVerdict.unreadableGold(extracted, "there is no gold");
        }
        for (String gold : golds) {
            if (MathText.normalise(gold).isEmpty()) {
                return RuleVerdict.unreadableGold(extracted, "the gold \"" + gold + "\" is empty");
            }
        }
        if (extracted == null) {
            return RuleVerdict.nothingStated("no balanced box");
        }
        for (String gold : golds) {
            if (MathText.same(extracted, gold)) {
                return RuleVerdict.right(extracted, "equals the gold " + gold);
            }
        }
        return RuleVerdict.wrong(extracted, "equals no gold, by spelling or by value");
    }

    private static @Nullable String extract(String output, boolean thinkingExpected) {
        String part = AnswerPart.of(output, thinkingExpected);
        List<Box> boxes = part == null ? List.of() : Box.in(part);
        String content = boxes.isEmpty() ? "" : boxes.get(boxes.size() - 1).content();
        return content.isEmpty() ? null : content;
    }
}
