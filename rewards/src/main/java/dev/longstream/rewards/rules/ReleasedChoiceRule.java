package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first "The correct answer is (X)", else the first with a bare X, A to D, the case as it is here. No judge is asked about a choice,
 * so nothing is given to one.
 */
final class ReleasedChoiceRule implements RuleReward {
    private static final Pattern BRACKETED = Pattern.compile("The correct answer is \\(([A-D])\\)");
    private static final Pattern BARE = Pattern.compile("The correct answer is ([A-D])");

    @Override
    public RuleVerdict score(String output, List<String> golds, Map<String, String> options, boolean thinkingExpected) {
        if (golds.isEmpty()) {
            return RuleVerdict.unreadableGold(null, "there is no gold");
        }
        @Nullable String answer = ReleasedAnswer.of(output);
        @Nullable String said = answer == null ? null : letter(answer);
        if (said == null) {
            return RuleVerdict.nothingStated("no option was stated in the released code's sentence");
        }
        String gold = golds.get(0).replaceAll("^[()]+|[()]+$", "");
        boolean right = said.equals(letter("The correct answer is (" + gold + ")"));
        return new RuleVerdict(
                right ? 1.0 : 0.0,
                null,
                "states " + said + (right ? ", which is the gold" : ", which is not the gold"));
    }

    private static @Nullable String letter(String text) {
        Matcher bracketed = BRACKETED.matcher(text);
        if (bracketed.find()) {
            return bracketed.group(1);
        }
        Matcher bare = BARE.matcher(text);
        return bare.find() ? bare.group(1) : null;
    }
}
