package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Accepts a number that equals a gold within the tolerance of the settings, sign included. */
final class NumberRule implements RuleReward {
    private static final Pattern NOTHING_ELSE = Pattern.compile("[\\s.%)$\\]\"'`*_]*+");
    private static final Pattern SEVERAL = Pattern.compile("[,;](?![0-9])|\\b(?:and|or)\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern ACCOUNTING = Pattern.compile("\\(\\s*+([^()]+)\\)");

    private final NumberSettings settings;

    NumberRule(NumberSettings settings) {
        this.settings = settings;
    }

    @Override
    public RuleVerdict score(String output, List<String> golds, Map<String, String> options, boolean thinkingExpected) {
        Extraction extraction = extract(output, thinkingExpected);
        StatedNumber stated = extraction == null ? null : extraction.number();
        String extracted = stated == null ? null : stated.text();
        List<StatedNumber> readable = new ArrayList<>();
        for (String gold : golds) {
            StatedNumber number = readGold(gold);
            if (number == null) {
                return RuleVerdict.unreadableGold(extracted, "the gold \"" + gold + "\" is not a number");
            }
            readable.add(number);
        }
        if (readable.isEmpty()) {
            return RuleVerdict.unreadableGold(extracted, "there is no gold");
        }
        if (extraction == null || stated == null || extracted == null) {
            return RuleVerdict.nothingStated("no single number was stated");
        }
        for (int i = 0; i < readable.size(); i++) {
            StatedNumber gold = readable.get(i);
            if (stated.matches(gold, settings)
                    && Units.agreeInCurrency(extraction.words(), golds.get(i))
                    && Units.agree(extraction.words(), golds.get(i))) {
                return RuleVerdict.right(extracted, "equals the gold " + gold.text() + " within the tolerance");
            }
        }
        return RuleVerdict.wrong(extracted, "is not within the tolerance of a gold");
    }

    /**
     * A number with the words that state it.
     *
     * @param words first sentence of the statement, in which a currency and a unit may stand
     */
    private record Extraction(StatedNumber number, String words) {}

    private static @Nullable Extraction extract(String output, boolean thinkingExpected) {
        String part = AnswerPart.of(output, thinkingExpected);
        if (part == null) {
            return null;
        }
        String statement = Statement.of(part);
        Cursor at = new Cursor(
                AnswerPart.withCommas(statement == null ? part : statement).strip());
        StatedNumber number = StatedNumber.read(at);
        String sentence = Statement.firstSentence(statement == null ? part : statement);
        if (number == null && statement != null) {
            number = afterEquals(sentence);
            sentence = sentence.substring(sentence.lastIndexOf('=') + 1);
        }
        boolean bare = statement == null;
        boolean notAlone = bare
                && (part.indexOf('\n') >= 0 || !NOTHING_ELSE.matcher(at.rest()).matches());
        return number == null || notAlone ? null : new Extraction(number, sentence);
    }

    /** Reads the result of an equation such as 5 + 3 = 8; null where the sentence states several things. */
    private static @Nullable StatedNumber afterEquals(String sentence) {
        int equals = sentence.lastIndexOf('=');
        return equals < 0 || SEVERAL.matcher(sentence).find()
                ? null
                : StatedNumber.read(new Cursor(
                        AnswerPart.withCommas(sentence.substring(equals + 1)).strip()));
    }

    /** Reads a text that is nothing but a number; null if it is more or something else. */
    static @Nullable StatedNumber whole(String text) {
        Cursor at = new Cursor(AnswerPart.withCommas(AnswerPart.clean(text)).strip());
        StatedNumber number = StatedNumber.read(at);
        return number != null && NOTHING_ELSE.matcher(at.rest()).matches() ? number : null;
    }

    /** Reads a gold; parentheses mean a negative number, as in accounting. In an answer they are only punctuation. */
    private static @Nullable StatedNumber readGold(String gold) {
        String text = AnswerPart.withCommas(AnswerPart.clean(gold)).strip();
        Matcher parenthesised = ACCOUNTING.matcher(text);
        boolean negative = parenthesised.matches();
        StatedNumber number = StatedNumber.read(new Cursor((negative ? parenthesised.group(1) : text).strip()));
        return number != null && negative && number.value() > 0 ? number.negated() : number;
    }
}
