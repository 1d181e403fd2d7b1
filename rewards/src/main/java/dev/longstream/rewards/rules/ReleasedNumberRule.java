package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares the first number right after "the answer is" with the gold. Numbers are equal if they agree within 0.15%,
 * differ by a whole power of ten, differ by a factor of 100, 1,000 or 100,000 within 0.15%, or are equal when rounded
 * up to three decimals (two in the evaluation scripts). All but the first comparison ignore the sign.
 */
final class ReleasedNumberRule implements RuleReward {
    private static final double TOLERANCE = 0.0015;
    private static final Pattern STATED = Pattern.compile(
            "the answer is (=?+≈?+`?+%?+\\$?+°?+£?+€?+¥?+-?+[0-9.,]++)",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    private static final Pattern BRACKETS = Pattern.compile("[()]");
    private static final Pattern TRAILING_STOPS = Pattern.compile("[.]++$");
    private static final Pattern MARKS = Pattern.compile("[=≈`%$°£€¥]");
    /** The released code drops up to two stops before a number like a currency sign. */
    private static final Pattern LEADING_STOPS = Pattern.compile("[.]{1,2}(\\d*[.]*\\d+)");
    /** Numbers that Python can parse: a whole number has no leading zero. */
    private static final Pattern LITERAL = Pattern.compile("-?(?:0+|[1-9]\\d*|\\d*[.]\\d+)");

    private final boolean evaluation;

    /**
     * Creates the rule.
     *
     * @param evaluation whether it is that of the evaluation scripts
     */
    ReleasedNumberRule(boolean evaluation) {
        this.evaluation = evaluation;
    }

    @Override
    public RuleVerdict score(String output, List<String> golds, Map<String, String> options, boolean thinkingExpected) {
        String gold = golds.isEmpty()
                ? null
                : stated(ReleasedAnswer.SENTENCE + golds.get(0).replace("*", ""));
        String answer = ReleasedAnswer.of(output, evaluation);
        String stated = answer == null
                ? null
                : stated(evaluation ? BRACKETS.matcher(answer).replaceAll("") : answer);
        if (gold == null) {
            return RuleVerdict.unreadableGold(stated, "the released code cannot read the gold");
        }
        if (stated == null || stated.isEmpty()) {
            return RuleVerdict.nothingStated("no number stands right after 'the answer is'");
        }
        return same(value(stated), value(gold), evaluation ? 100 : 1000)
                ? RuleVerdict.right(stated, "equals the gold " + gold + " by the released code's rule")
                : RuleVerdict.wrong(stated, "does not equal the gold " + gold);
    }

    private static @Nullable String stated(String text) {
        Matcher stated = STATED.matcher(text);
        return stated.find()
                ? TRAILING_STOPS.matcher(stated.group(1).replace(",", "")).replaceAll("")
                : null;
    }

    /** Returns the number's value; unreadable text counts as 0. */
    private static double value(String stated) {
        String plain = MARKS.matcher(stated).replaceAll("");
        Matcher stops = LEADING_STOPS.matcher(plain);
        String number = stops.matches() ? stops.group(1) : plain;
        return LITERAL.matcher(number).matches() ? Double.parseDouble(number) : 0;
    }

    private static boolean same(double answer, double gold, double decimals) {
        double larger = Math.max(Math.abs(gold), Math.abs(answer));
        double smaller = Math.min(Math.abs(gold), Math.abs(answer));
        if (!Double.isFinite(larger)) {
            return false;
        }
        double decades = Math.log10(larger) - Math.log10(smaller);
        return (smaller != 0 && decades == Math.rint(decades))
                || within(smaller * 100, larger, smaller <= larger / 50)
                || within(smaller * 1000, larger, smaller <= larger / 500)
                || within(smaller * 100_000, larger, smaller <= larger / 50_000)
                || Math.ceil(larger * decimals) == Math.ceil(smaller * decimals)
                || within(answer, gold, true);
    }

    private static boolean within(double answer, double gold, boolean farEnough) {
        double slack = TOLERANCE * Math.abs(gold);
        return farEnough && answer >= gold - slack && answer <= gold + slack;
    }
}
