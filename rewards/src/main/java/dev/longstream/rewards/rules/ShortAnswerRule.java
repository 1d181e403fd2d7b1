package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Accepts words that equal a gold after normalisation, or contain it beside at most two further content words.
 *
 * <p>Negations, alternatives, lists, signs, another currency or unit, and numbers that change the meaning are not accepted. Nor
 * is an answer that is only a part of the gold.
 */
final class ShortAnswerRule implements RuleReward {
    private static final int MAX_EXTRA_WORDS = 2;
    private static final int MIN_LIST_PARTS = 3;
    private static final Set<String> POLAR = Set.of("yes", "no", "true", "false");
    private static final Pattern AFTER_POLAR =
            Pattern.compile("\\s*+(?:\\z|[,.;:!(—–-])", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern DIGITS = Pattern.compile("[0-9.]+");
    private static final Set<String> FUNCTION_WORDS =
            words("it is was were are be been has had have in on at of by to for from with as he she they his her"
                    + " its their this that these those who which year years named called around about approximately");
    static final Set<String> TURNING_WORDS =
            words("not no never neither nor cannot cant isnt wasnt arent werent dont doesnt didnt wont nothing"
                    + " except other rather instead than unlike or and either both between"
                    + " lack lacks lacked lacking absence absent without hardly barely scarcely rarely seldom little few"
                    + " fails failed failure denies denied false wrong incorrect unable insufficient nobody none non"
                    + " outside excluding excluded near anti pseudo maybe perhaps possibly");
    /** Ordinals and suffixes behind a name, which make it the name of another person. */
    private static final Set<String> ORDINALS = words("ii iii iv vi vii viii ix xi xii xiii xiv xv xvi jr sr");

    private static final Set<String> NUMBER_CHANGERS =
            words("hundred thousand lakh crore million billion trillion dozen"
                    + " tenth hundredth thousandth millionth billionth percent minus"
                    + " before after until till under over below above beyond twice half double triple quarter third bc bce"
                    + " squared cubed fewer");
    /** A number in accounting's parentheses, which is negative. */
    private static final Pattern ACCOUNTING =
            Pattern.compile("([$€£¥]?)\\s?\\(\\s*([$€£¥]?\\s?[0-9][0-9.,]*\\s?%?)\\s*\\)");

    private final boolean equalOnly;

    /** Creates the rule; with {@code equalOnly} an answer must equal a gold and may contain nothing else. */
    ShortAnswerRule(boolean equalOnly) {
        this.equalOnly = equalOnly;
    }

    @Override
    public RuleVerdict score(String output, List<String> golds, Map<String, String> options, boolean thinkingExpected) {
        String sentence = extract(output, thinkingExpected);
        String extracted = sentence == null ? null : Statement.trim(sentence);
        for (String gold : golds) {
            if (Words.of(gold).isEmpty()) {
                return RuleVerdict.unreadableGold(extracted, "the gold \"" + gold + "\" has no letter and no digit");
            }
        }
        if (golds.isEmpty()) {
            return RuleVerdict.unreadableGold(extracted, "there is no gold");
        }
        if (sentence == null || extracted == null) {
            return RuleVerdict.nothingStated("no answer was stated");
        }
        List<String> words = Words.of(extracted);
        for (String gold : golds) {
            if (!Units.agreeInCurrency(extracted, gold) || !Units.agree(extracted, gold)) {
                continue;
            }
            List<String> wanted = Words.of(negative(gold));
            boolean accounting = ACCOUNTING.matcher(gold).matches();
            List<String> stated = accounting ? Words.of(negative(sentence.strip())) : words;
            if (stated.equals(wanted)) {
                return RuleVerdict.right(extracted, "equals the gold \"" + gold + "\"");
            }
            if (!accounting
                    && !equalOnly
                    && (isPolar(wanted) ? beginsWith(extracted, words, wanted.get(0)) : holds(extracted, gold))) {
                return RuleVerdict.right(extracted, "states the gold \"" + gold + "\" and little else");
            }
        }
        return RuleVerdict.wrong(
                extracted, equalOnly ? "equals no gold" : "neither equals nor contains a gold beside little else");
    }

    private static @Nullable String extract(String output, boolean thinkingExpected) {
        String part = AnswerPart.of(output, thinkingExpected);
        String statement = part == null ? null : Statement.of(part);
        if (statement == null) {
            return null;
        }
        String words = Statement.firstSentence(statement);
        return Statement.trim(words).isEmpty() ? null : words;
    }

    /** Returns a text with a minus if it is a number in accounting's parentheses, else unchanged. */
    private static String negative(String text) {
        Matcher number = ACCOUNTING.matcher(text);
        return number.matches() ? "-" + number.group(1) + number.group(2) : text;
    }

    private static boolean isPolar(List<String> wanted) {
        return wanted.size() == 1 && POLAR.contains(wanted.get(0));
    }

    private static boolean beginsWith(String extracted, List<String> words, String polar) {
        String lower = extracted.strip().toLowerCase(Locale.ROOT);
        boolean takenBack = words.size() == 2
                && POLAR.contains(words.get(1))
                && !words.get(1).equals(polar);
        return lower.startsWith(polar)
                && AFTER_POLAR.matcher(lower.substring(polar.length())).lookingAt()
                && !takenBack;
    }

    private static boolean holds(String extracted, String gold) {
        List<String> wanted = Words.withDatesAsWritten(gold);
        List<String> words = Words.withDatesAsWritten(extracted);
        int place = Collections.indexOfSubList(words, wanted);
        if (wanted.isEmpty() || place < 0) {
            return false;
        }
        List<String> extra = new ArrayList<>(words.subList(0, place));
        extra.addAll(words.subList(place + wanted.size(), words.size()));
        long content =
                extra.stream().filter(word -> !FUNCTION_WORDS.contains(word)).count();
        return content <= MAX_EXTRA_WORDS
                && Collections.disjoint(extra, TURNING_WORDS)
                && Collections.disjoint(extra, Words.SIGNS)
                && Collections.disjoint(extra, ORDINALS)
                && parts(extracted) < MIN_LIST_PARTS
                && !(areDigits(wanted) && changesANumber(extra));
    }

    private static long parts(String extracted) {
        return Arrays.stream(extracted.split("[,;/]"))
                .filter(part -> !part.isBlank())
                .count();
    }

    private static boolean areDigits(List<String> words) {
        return words.stream().allMatch(word -> DIGITS.matcher(word).matches());
    }

    /**
     * Returns whether the words beside a number change it: 5 is not 5 million, 5 percent, -5 or 5 of 7; but May 5, 1990
     * states 1990.
     */
    private static boolean changesANumber(List<String> extra) {
        boolean dated = extra.stream().anyMatch(Dates::isMonth);
        return extra.stream()
                .anyMatch(word -> NUMBER_CHANGERS.contains(word)
                        || NUMBER_CHANGERS.contains(word.replaceFirst("s$", ""))
                        || (DIGITS.matcher(word).matches() && !(dated && word.length() <= 2)));
    }

    private static Set<String> words(String list) {
        return Set.of(list.split(" "));
    }
}
