package dev.longstream.questions;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decides whether a gold of kind NUMBER is one number. It is stricter than the number rule of scoring, so that the rule
 * can read every gold that passes here.
 */
final class NumberGold {
    private static final String DIGITS = "(?:[0-9]{1,3}(?:,[0-9]{3})++|[0-9]++)(?:\\.[0-9]++)?+|\\.[0-9]++";
    private static final Pattern NUMBER = Pattern.compile("[-+−–]?\\s?[$€£¥₹]?\\s?[-+−–]?(?:(?:" + DIGITS
            + ")(?:[eE][-+]?[0-9]{1,2})?|[0-9]++/0*[1-9][0-9]*+)(?:\\s?%| percent| thousand| million|"
            + " billion| trillion)?");
    /** Accounting writes a negative number in parentheses. */
    private static final Pattern PARENTHESISED = Pattern.compile("\\((.*)\\)");

    private static final Pattern SIGNS = Pattern.compile("[-+−–]");
    private static final int MAX_CHARACTERS = 100;

    private NumberGold() {}

    static boolean isReadable(String gold) {
        Matcher parenthesised = PARENTHESISED.matcher(gold.strip());
        String text = parenthesised.matches() ? parenthesised.group(1).strip() : gold.strip();
        long signs = SIGNS.matcher(text.split("[eE]", 2)[0]).results().count();
        return text.length() <= MAX_CHARACTERS
                && signs <= 1
                && NUMBER.matcher(text).matches();
    }
}
