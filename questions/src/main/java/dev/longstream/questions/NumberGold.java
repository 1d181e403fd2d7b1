package dev.longstream.questions;

import java.util.regex.Pattern;

/** Whether a gold of kind NUMBER is one number, as the rule of scoring reads golds. Stricter: what passes here is read there. */
final class NumberGold {
    private static final String DIGITS = "(?:[0-9]{1,3}(?:,[0-9]{3})++|[0-9]++)(?:\\.[0-9]++)?+|\\.[0-9]++";
    private static final Pattern NUMBER = Pattern.compile(
            "[-+−–]?\\s?[$€£¥₹]?\\s?[-+−–]?(?:(?:" + DIGITS
                    + ")(?:[eE][-+]?[0-9]{1,2})?|[0-9]++/0*[1-9][0-9]*+)(?:\\s?%| percent| thousand| million| billion| trillion)?");
    /** Accounting writes a negative number in parentheses. */
    private static final Pattern PARENTHESISED = Pattern.compile("\\((.*)\\)");

    private static final Pattern SIGNS = Pattern.compile("[-+−–]");
    private static final int LONGEST = 100;

    private NumberGold() {}

    static boolean isReadable(String gold) {
        var parenthesised = PARENTHESISED.matcher(gold.strip());
        String text = parenthesised.matches() ? parenthesised.group(1).strip() : gold.strip();
        long signs = SIGNS.matcher(text.split("[eE]", 2)[0]).results().count();
        return text.length() <= LONGEST && signs <= 1 && NUMBER.matcher(text).matches();
    }
}
