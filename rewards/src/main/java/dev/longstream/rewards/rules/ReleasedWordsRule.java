package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What follows the last "the answer is", lower case: right where it holds the gold or the gold holds it, without case, ASCII punctuation,
 * articles and white space. The empty string is in everything.
 */
final class ReleasedWordsRule implements RuleReward {
    private static final String LEAD_IN = "the answer is";
    private static final Pattern SPECIALS = Pattern.compile("<｜Assistant｜>|<｜end▁of▁sentence｜>");
    private static final Pattern STOPS = Pattern.compile("^[.]++|[.]++$");
    private static final Pattern PUNCTUATION = Pattern.compile("[!-/:-@\\[-`{-~]");
    private static final Pattern ARTICLES = Pattern.compile("\\b(?:a|an|the)\\b", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern SPACE = Pattern.compile("[\\s\\x1c-\\x1f]+", Pattern.UNICODE_CHARACTER_CLASS);

    @Override
    public RuleVerdict score(String output, List<String> golds, Map<String, String> options, boolean thinkingExpected) {
        if (golds.isEmpty()) {
            return RuleVerdict.unreadableGold(null, "there is no gold");
        }
        @Nullable String answer = ReleasedAnswer.of(output);
        @Nullable String said = answer == null ? null : stated(answer);
        if (said == null || said.isEmpty()) {
            return RuleVerdict.nothingStated("nothing follows 'the answer is'");
        }
        @Nullable
        String sentence = stated(ReleasedAnswer.SENTENCE + golds.get(0).replace("*", ""));
        String gold = normalised(sentence == null ? "" : sentence);
        String words = normalised(said);
        if (words.contains(gold)) {
            return RuleVerdict.right(said, "holds the gold \"" + golds.get(0) + "\"");
        }
        return gold.contains(words)
                ? RuleVerdict.right(said, "is a part of the gold \"" + golds.get(0) + "\"")
                : RuleVerdict.wrong(said, "neither holds the gold nor is a part of it");
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
