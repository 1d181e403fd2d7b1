package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Compares the lower-case text after the last "the answer is" with the gold, ignoring ASCII punctuation, articles and
 * white space. An answer is right if it contains the gold or the gold contains it, so that an empty answer is always
 * right.
 */
final class ReleasedWordsRule implements RuleReward {
    private static final String LEAD_IN = "the answer is";
    private static final Pattern SPECIALS = Pattern.compile("<｜Assistant｜>|<｜end▁of▁sentence｜>");
    private static final Pattern STOPS = Pattern.compile("^[.]++|[.]++$");
    private static final Pattern PUNCTUATION = Pattern.compile("[!-/:-@\\[-`{-~]");
    private static final Pattern ARTICLES = Pattern.compile("\\b(?:a|an|the)\\b", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern SPACE = Pattern.compile("[\\s\\x1c-\\x1f]+", Pattern.UNICODE_CHARACTER_CLASS);

    private final boolean evaluation;

    /**
     * Creates the rule.
     *
     * @param evaluation whether it is that of the evaluation scripts
     */
    ReleasedWordsRule(boolean evaluation) {
        this.evaluation = evaluation;
    }

    @Override
    public RuleVerdict score(String output, List<String> golds, Map<String, String> options, boolean thinkingExpected) {
        if (golds.isEmpty()) {
            return RuleVerdict.unreadableGold(null, "there is no gold");
        }
        String answer = ReleasedAnswer.of(output, evaluation);
        String stated = answer == null ? null : stated(answer);
        if (stated == null || stated.isEmpty()) {
            return RuleVerdict.nothingStated("nothing follows 'the answer is'");
        }
        String sentence = stated(ReleasedAnswer.SENTENCE + golds.get(0).replace("*", ""));
        String gold = normalised(sentence == null ? "" : sentence);
        String words = normalised(stated);
        if (words.contains(gold)) {
            return RuleVerdict.right(stated, "holds the gold \"" + golds.get(0) + "\"");
        }
        return gold.contains(words)
                ? RuleVerdict.right(stated, "is a part of the gold \"" + golds.get(0) + "\"")
                : RuleVerdict.wrong(stated, "neither holds the gold nor is a part of it");
    }

    private static @Nullable String stated(String text) {
        int at = text.lastIndexOf(LEAD_IN);
        if (at < 0) {
            return null;
        }
        String rest = ReleasedAnswer.strip(text.substring(at + LEAD_IN.length()));
        String plain = ReleasedAnswer.strip(SPECIALS.matcher(rest).replaceAll(""));
        return ReleasedAnswer.strip(STOPS.matcher(plain).replaceAll(""));
    }

    private static String normalised(String text) {
        String words = PUNCTUATION.matcher(text.toLowerCase(Locale.ROOT)).replaceAll("");
        return SPACE.matcher(ARTICLES.matcher(words).replaceAll(" "))
                .replaceAll(" ")
                .strip();
    }
}
