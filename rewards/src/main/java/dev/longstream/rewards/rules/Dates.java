package dev.longstream.rewards.rules;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Rewrites dates with a month's name and ISO dates in one form. Dates with slashes stay as they are, because the order
 * of day and month is not known.
 */
final class Dates {
    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    private static final String MONTH =
            "(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
                    + "|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?+";
    private static final String DAY = "([0-9]{1,2})(?:st|nd|rd|th)?+";
    private static final String YEAR = "([0-9]{4})";
    private static final Pattern MONTH_FIRST = unicode("\\b" + MONTH + "\\s++" + DAY + ",?+\\s++" + YEAR + "\\b");
    private static final Pattern DAY_FIRST =
            unicode("\\b" + DAY + "\\s++(?:of\\s++)?+" + MONTH + ",?+\\s++" + YEAR + "\\b");
    private static final Pattern ISO = unicode("\\b" + YEAR + "-([0-9]{1,2})-([0-9]{1,2})\\b");
    private static final Set<String> MONTH_NAMES = monthNames();

    private Dates() {}

    /** Rewrites the dates of a lower-case text as one word each, such as {@code 1990d05d05}. */
    static String rewrite(String lowerCase) {
        String text = MONTH_FIRST.matcher(lowerCase).replaceAll(m -> word(m.group(3), month(m.group(1)), m.group(2)));
        text = DAY_FIRST.matcher(text).replaceAll(m -> word(m.group(3), month(m.group(2)), m.group(1)));
        return ISO.matcher(text).replaceAll(m -> word(m.group(1), Integer.parseInt(m.group(2)), m.group(3)));
    }

    /** Returns whether a lower-case word is the name of a month, in full or shortened. */
    static boolean isMonth(String word) {
        return MONTH_NAMES.contains(word);
    }

    private static String word(String year, int month, String day) {
        // The letter d survives the removal of punctuation.
        return String.format(Locale.ROOT, "%sd%02dd%02d", year, month, Integer.parseInt(day));
    }

    private static int month(String name) {
        return MONTHS.indexOf(name.substring(0, 3)) + 1;
    }

    private static Set<String> monthNames() {
        Set<String> names = new TreeSet<>(MONTHS);
        names.addAll(List.of("january", "february", "march", "april", "june", "july", "august"));
        names.addAll(List.of("sept", "september", "october", "november", "december"));
        return names;
    }

    private static Pattern unicode(String pattern) {
        return Pattern.compile(pattern, Pattern.UNICODE_CHARACTER_CLASS);
    }
}
