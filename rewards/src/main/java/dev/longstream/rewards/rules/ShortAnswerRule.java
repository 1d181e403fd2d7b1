package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Words are right when they equal a gold after normalisation, or hold it in a row beside little else: no negation, no alternative, no
 * list, no number that changes its meaning. An answer that is a part of the gold is not right.
 */
final class ShortAnswerRule implements RuleReward {
    private static final int MOST_EXTRA_WORDS = 2;
    private static final int FEWEST_PARTS_OF_A_LIST = 3;
    private static final Set<String> POLAR = Set.of("yes", "no", "true", "false");
    private static final Pattern AFTER_POLAR =
            Pattern.compile("\\s*+(?:\\z|[,.;:!(—–-])", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern DIGITS = Pattern.compile("[0-9.]+");
    private static final Set<String> FUNCTION_WORDS =
            words("it is was were are be been has had have in on at of by to for from with as he she they his her"
                    + " its their this that these those who which year years named called around about approximately");
    private static final Set<String> TURNING_WORDS =
            words("not no never neither nor cannot cant isnt wasnt arent werent dont doesnt didnt wont nothing"
                    + " except other rather instead than unlike or and either both between");
    private static final Set<String> NUMBER_CHANGERS = words("thousand million billion trillion percent minus");

    private final boolean equalOnly;

    /** @param equalOnly whether nothing may stand beside the gold */
    ShortAnswerRule(boolean equalOnly) {
        this.equalOnly = equalOnly;
    }

    @Override
    public RuleVerdict score(String output, List<String> golds, Map<String, String> options, boolean thinkingExpected) {
        @Nullable String said = said(output, thinkingExpected);
        for (String gold : golds) {
            if (Words.of(gold).isEmpty()) {
                return RuleVerdict.unreadableGold(said, "the gold \"" + gold + "\" has no letter and no digit");
            }
        }
        if (golds.isEmpty()) {
            return RuleVerdict.unreadableGold(said, "there is no gold");
        }
        if (said == null) {
            return RuleVerdict.nothingStated("no answer was stated");
        }
        for (String gold : golds) {
            if (Words.of(said).equals(Words.of(gold))) {
                return RuleVerdict.right(said, "equals the gold \"" + gold + "\"");
            }
            if (!equalOnly && (isPolar(gold) ? beginsWith(said, gold) : holds(said, gold))) {
                return RuleVerdict.right(said, "says the gold \"" + gold + "\" and little else");
            }
        }
        return RuleVerdict.wrong(
                said, equalOnly ? "equals no gold" : "neither equals a gold nor holds one beside little else");
    }

    private static @Nullable String said(String output, boolean thinkingExpected) {
        @Nullable String part = AnswerPart.of(output, thinkingExpected);
        @Nullable String statement = part == null ? null : Statement.of(part);
        if (statement == null) {
            return null;
        }
        String words = Statement.trim(Statement.firstSentence(statement));
        return words.isEmpty() ? null : words;
    }

    private static boolean isPolar(String gold) {
        List<String> words = Words.of(gold);
        return words.size() == 1 && POLAR.contains(words.get(0));
    }

    private static boolean beginsWith(String said, String polarGold) {
        String lower = said.strip().toLowerCase(Locale.ROOT);
        String word = Words.of(polarGold).get(0);
        return lower.startsWith(word)
                && AFTER_POLAR.matcher(lower.substring(word.length())).lookingAt();
    }

    private static boolean holds(String said, String gold) {
        List<String> wanted = Words.withDatesAsWritten(gold);
        List<String> words = Words.withDatesAsWritten(said);
        int place = Collections.indexOfSubList(words, wanted);
        if (wanted.isEmpty() || place < 0) {
            return false;
        }
        List<String> extra = new ArrayList<>(words.subList(0, place));
        extra.addAll(words.subList(place + wanted.size(), words.size()));
        long content =
                extra.stream().filter(word -> !FUNCTION_WORDS.contains(word)).count();
        return content <= MOST_EXTRA_WORDS
                && Collections.disjoint(extra, TURNING_WORDS)
                && parts(said) < FEWEST_PARTS_OF_A_LIST
                && !(areDigits(wanted) && changesANumber(extra));
    }

    private static long parts(String said) {
        return Arrays.stream(said.split("[,;/]"))
                .filter(part -> !part.isBlank())
                .count();
    }

    private static boolean areDigits(List<String> words) {
        return words.stream().allMatch(word -> DIGITS.matcher(word).matches());
    }

    /** 5 is not 5 million, 5 percent, -5 or 5 of 7; but 1990 is the year of May 5, 1990. */
    private static boolean changesANumber(List<String> extra) {
        boolean dated = extra.stream().anyMatch(Dates::isMonth);
        return extra.stream()
                .anyMatch(word -> NUMBER_CHANGERS.contains(word)
                        || DIGITS.matcher(word).matches() && !(dated && word.length() <= 2));
    }

    private static Set<String> words(String list) {
        return Set.of(list.split(" "));
    }
}
