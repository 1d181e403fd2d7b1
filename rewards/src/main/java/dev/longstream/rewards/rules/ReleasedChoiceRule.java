package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares the first "The correct answer is (X)", or else the first with a bare X, with X in A to D and case
 * significant. It extracts no text, because a choice is never judged.
 */
final class ReleasedChoiceRule implements RuleReward {
    private static final Pattern BRACKETED = Pattern.compile("The correct answer is \\(([A-D])\\)");
    private static final Pattern BARE = Pattern.compile("The correct answer is ([A-D])");

    private final boolean evaluation;

    /**
     * Creates the rule.
     *
     * @param evaluation whether it is that of the evaluation scripts
     */
    ReleasedChoiceRule(boolean evaluation) {
        this.evaluation = evaluation;
    }

    @Override
    public RuleVerdict score(String output, List<String> golds, Map<String, String> options, boolean thinkingExpected) {
        if (golds.isEmpty()) {
            return RuleVerdict.unreadableGold(null, "there is no gold");
        }
        String answer = ReleasedAnswer.of(output, evaluation);
        String letter = answer == null ? null : letterIn(answer);
        if (letter == null) {
            return RuleVerdict.nothingStated("no option was stated in the released code's sentence");
        }
        String gold = golds.get(0).replaceAll("^[()]+|[()]+$", "");
        boolean right = letter.equals(letterIn("The correct answer is (" + gold + ")"));
        return new RuleVerdict(
                right ? 1.0 : 0.0,
                null,
                "states " + letter + (right ? ", which is the gold" : ", which is not the gold"));
    }

    private static @Nullable String letterIn(String text) {
        Matcher bracketed = BRACKETED.matcher(text);
        if (bracketed.find()) {
            return bracketed.group(1);
        }
        Matcher bare = BARE.matcher(text);
        return bare.find() ? bare.group(1) : null;
    }
}
