package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A number that is a gold's within the settings, its sign kept. */
final class NumberRule implements RuleReward {
    private static final Pattern NOTHING_ELSE = Pattern.compile("[\\s.%)$\\]\"'`*_]*+");
    private static final Pattern ACCOUNTING = Pattern.compile("\\(\\s*+([^()]+)\\)");

    private final NumberSettings settings;

    NumberRule(NumberSettings settings) {
        this.settings = settings;
    }

    @Override
    public RuleVerdict score(String output, List<String> golds, Map<String, String> options, boolean thinkingExpected) {
        @Nullable StatedNumber said = said(output, thinkingExpected);
        @Nullable String extracted = said == null ? null : said.text();
        List<StatedNumber> readable = new ArrayList<>();
        for (String gold : golds) {
            @Nullable StatedNumber number = readGold(gold);
            if (number == null) {
                return RuleVerdict.unreadableGold(extracted, "the gold \"" + gold + "\" is not a number");
            }
            readable.add(number);
        }
        if (readable.isEmpty()) {
            return RuleVerdict.unreadableGold(extracted, "there is no gold");
        }
        if (said == null || extracted == null) {
            return RuleVerdict.nothingStated("no single number was stated");
        }
        for (StatedNumber gold : readable) {
            if (said.matches(gold, settings)) {
                return RuleVerdict.right(extracted, "equals the gold " + gold.text() + " within the tolerance");
            }
        }
        return RuleVerdict.wrong(extracted, "is not within the tolerance of a gold");
    }

    private static @Nullable StatedNumber said(String output, boolean thinkingExpected) {
        @Nullable String part = AnswerPart.of(output, thinkingExpected);
        if (part == null) {
            return null;
        }
        @Nullable String statement = Statement.of(part);
        var at = new Cursor((statement == null ? part : statement).strip());
        @Nullable StatedNumber number = StatedNumber.read(at);
        boolean bare = statement == null;
        return bare
                        && (part.indexOf('\n') >= 0
                                || !NOTHING_ELSE.matcher(at.rest()).matches())
                ? null
                : number;
    }

    /** Accounting's parentheses mean negative in a gold; in an answer they are the template's and never a sign. */
    private static @Nullable StatedNumber readGold(String gold) {
        String text = AnswerPart.clean(gold).strip();
        var parenthesised = ACCOUNTING.matcher(text);
        boolean negative = parenthesised.matches();
        @Nullable
        StatedNumber number = StatedNumber.read(new Cursor((negative ? parenthesised.group(1) : text).strip()));
        return number != null && negative && number.value() > 0 ? number.negated() : number;
    }
}
