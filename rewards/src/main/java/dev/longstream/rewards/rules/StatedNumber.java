package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A number as a text states it.
 *
 * @param value value without percent and scale: 3.5 for "3.5%" and for "$3.5 million"
 * @param written sign, digits without separators, then {@code e<n>} or {@code /<n>}
 * @param percent whether a percent sign or word followed
 * @param scale word that multiplies the number, e.g. thousand, dozen or hundredth; null if none followed
 * @param whole whether it is written as a whole number: no point, no exponent, no fraction
 */
record StatedNumber(double value, String written, boolean percent, @Nullable String scale, boolean whole) {
    private static final int MAX_EXPONENT = 300;
    private static final Map<String, Double> SCALES = Map.ofEntries(
            Map.entry("billionth", 1e-9),
            Map.entry("millionth", 1e-6),
            Map.entry("thousandth", 1e-3),
            Map.entry("hundredth", 1e-2),
            Map.entry("tenth", 1e-1),
            Map.entry("dozen", 12.0),
            Map.entry("hundred", 1e2),
            Map.entry("thousand", 1e3),
            Map.entry("lakh", 1e5),
            Map.entry("million", 1e6),
            Map.entry("crore", 1e7),
            Map.entry("billion", 1e9),
            Map.entry("trillion", 1e12),
            Map.entry("quadrillion", 1e15),
            Map.entry("百", 1e2),
            Map.entry("千", 1e3),
            Map.entry("万", 1e4),
            Map.entry("亿", 1e8));
    /** Scales that a question may imply, as the head of a table does: "in millions". */
    private static final Set<String> IMPLIED_SCALES = Set.of("thousand", "million", "billion", "trillion");

    private static final Pattern RANGE = pattern("(?:between|either|from)\\b");
    private static final Pattern LEAD = pattern("(?:[\\s(\"'\\[`=≈~:*_]|\\\\\\(|\\\\\\[|\\\\approx|\\\\left"
            + "|(?:approximately|approx\\.?+|about|roughly|around|nearly|almost|exactly|equal\\s++to|a\\s++total\\s++of)\\b"
            + "|(?:USD|EUR|GBP|RMB|CNY|JPY|INR|HKD|CHF|AUD|CAD|NZD|SGD|TWD|KRW|SEK|NOK|DKK|ZAR|BRL|MXN|RUB|PLN|TRY|Rs\\.?+|kr\\.?+)(?![A-Za-z])"
            + "|(?:US|R|A|C|HK|NT|S|NZ)\\$|\\\\?\\$|€|£|¥|₹|₩|₽|₺|₪|₫|฿|°|\\\\text\\s*+\\{|\\\\mathrm\\s*+\\{)++");
    private static final Pattern SIGN = pattern("([-–]|minus\\s|negative\\s|\\+)\\s*+");
    private static final Pattern DIGITS = pattern(
            "[0-9]{1,3}(?:[ '’][0-9]{3})+(?![0-9,])(?:\\.[0-9]++)?+|[0-9]++(?:,++[0-9]++)*+(?:,*+\\.[0-9]++)?+|\\.[0-9]++");
    private static final Pattern GROUPED_BY_COMMAS =
            pattern("[0-9]{1,3}(?:,[0-9]{3})++|[0-9]{1,3}(?:,[0-9]{2})+,[0-9]{3}");
    private static final Pattern SEPARATORS = pattern("[ '’,]");
    private static final Pattern POWER =
            pattern("\\s*+(?:[x×*·]|\\\\times|\\\\cdot)\\s*+10\\s*+\\^\\s*+\\{?+\\s*+([-+]?+[0-9]++)\\s*+}?+");
    private static final Pattern EXPONENT = pattern("e([-+]?+[0-9]++)(?![A-Za-z0-9_])(?!\\.[0-9])");
    private static final Pattern CARET = pattern("\\^");
    private static final Pattern POWER_OF_TEN = pattern("\\^\\{?+([-+]?+[0-9]{1,3})}?+");
    private static final Pattern DEGREES = pattern("\\s*+\\^\\s*+\\{?+\\s*+(?:\\\\circ|∘|°)\\s*+}?+");
    /** The fraction of a mixed number: 2 1/2. */
    private static final Pattern PROPER_FRACTION =
            pattern("\\s++([0-9]{1,3})\\s*+/\\s*+([0-9]{1,3})(?![0-9/]|\\.[0-9])");
    /** Matches what continues an expression: 5 + 3, 3:2, 2x3, 12% of 50. */
    private static final Pattern OPERATOR = pattern(
            "\\s*+(?:[+×÷*:=·⋅∙•|±]|\\\\times\\b|\\\\cdot\\b|\\\\div\\b|x(?=\\s*+[0-9]))\\s*+[-(]?+\\s*+[$€£¥]?+[0-9\\\\]");

    /** Matches what makes a number part of something else: 5 out of 7, 5 and a half, 5 or more, 5π, 5 < x. */
    private static final Pattern CHANGE =
            pattern("\\s*+(?:[<>≤≥≠^√π‰‱±]|\\\\(?:pi|sqrt|pm|[lg]eq?|neq?)\\b|!=|[iyz](?!\\p{L})"
                    + "|(?:\\.\\.++|…|~|_|['′\"″])\\s*+[0-9]|\\+(?=\\s*+(?:[.,;)]|\\z))"
                    + "|\\(?\\s*+(?:or|and)\\s++(?:more|less|fewer|above|below|over|under|up|higher|lower|greater|an?\\s++\\p{L}++|half"
                    + "|[0-9])"
                    + "|(?:squared|cubed|permille|per\\s++mille|milliards?|mrd|mio|mln|mil|crs?|half|halves|gross(?=\\s*+(?:[.,;)]|\\z)))"
                    + "(?!\\p{L})"
                    + "|(?:out\\s++of|per|for\\s++every|vs\\.?+|versus|over|times|plus|minus|mod|divided\\s++by|multiplied\\s++by)\\s++[$€£¥]?+[0-9]"
                    + "|(?:in|of)\\s++[0-9]{1,3}+(?![0-9.,]*+[0-9]))");

    private static final Pattern OF_A_NUMBER = pattern("\\s*+of\\s++(?:the\\s++)?+[$€£¥]?+[0-9]");
    private static final Pattern FRACTION = pattern("\\s*+/\\s*+([0-9]++(?:\\.[0-9]++)?+)(?![0-9/])");
    private static final Pattern TEX_FRACTION = pattern(
            "\\\\[dt]?frac\\s*+(?:\\{\\s*+([0-9]++(?:\\.[0-9]++)?+)\\s*+}\\s*+\\{\\s*+([0-9]++(?:\\.[0-9]++)?+)\\s*+}"
                    + "|([0-9])\\s*+([0-9])(?![0-9]))");
    private static final Pattern PERCENT = pattern("\\s*+(?:\\\\?+%|per\\s?+cent\\b|percentage\\s++points?+\\b)");
    private static final Pattern SCALE_WORD = pattern(
            "\\s*+(billionth|millionth|thousandth|hundredth|tenth|dozen|hundred|thousand|lakh|million|crore|billion|trillion|quadrillion)"
                    + "s?+\\b");
    private static final Pattern SCALE_SIGN = pattern("\\s*+([百千万萬亿億])");
    private static final Pattern SCALE_LETTER = Pattern.compile("([kKMB]|mn|bn|tn)(?![A-Za-z])");
    private static final Pattern SECOND = pattern(
            "\\s*+(?:,|;|/|to|or|and|-|–|—)\\s*+(?:or\\s++|and\\s++)?+[-–]?+[$€£¥]?+\\s*+[0-9]|\\s++[-–]?+[$€£¥]?+[0-9]|\\.[0-9]");

    /**
     * Reads the number at the cursor, after brackets, currency signs and words of approximation. Returns null if there
     * is none, or if the text that follows makes it one of several: a range, a list, misplaced separators.
     */
    static @Nullable StatedNumber read(Cursor at) {
        if (at.sees(RANGE)) {
            return null;
        }
        at.skip(LEAD);
        MatchResult sign = at.take(SIGN);
        at.skip(LEAD);
        StatedNumber bare = at.sees(TEX_FRACTION) ? texFraction(at) : digits(at);
        if (bare == null || !Double.isFinite(bare.value)) {
            return null;
        }
        at.skip(DEGREES);
        boolean percent = at.skip(PERCENT);
        StatedNumber number =
                new StatedNumber(bare.value, bare.written, percent, percent ? null : scale(at), bare.whole);
        if (at.sees(SECOND) || at.sees(OPERATOR) || at.sees(CHANGE) || (percent && at.sees(OF_A_NUMBER))) {
            return null;
        }
        return sign != null && !sign.group(1).equals("+") ? number.negated() : number;
    }

    /** Returns the number in words for people and for the judge. */
    String text() {
        return written + (percent ? "%" : "") + (scale == null ? "" : " " + scale);
    }

    StatedNumber negated() {
        return new StatedNumber(-value, "-" + written, percent, scale, whole);
    }

    /** Returns whether this number, read from an answer, equals the number of the gold under the settings. */
    boolean matches(StatedNumber gold, NumberSettings settings) {
        if (percent == gold.percent) {
            return matchesButForPercent(gold, settings);
        }
        double answer = percent ? value / 100 : expanded();
        double right = gold.percent ? gold.value / 100 : gold.expanded();
        return switch (settings.percent()) {
            case SAME -> false;
            case WORTH -> settings.close(answer, right, false);
            case WORTH_OR_WRITTEN -> settings.close(answer, right, false) || matchesButForPercent(gold, settings);
        };
    }

    private boolean matchesButForPercent(StatedNumber gold, NumberSettings settings) {
        boolean asWritten = settings.close(value, gold.value, whole && gold.whole);
        if (scale == null && gold.scale == null) {
            return asWritten;
        }
        boolean asWorth = settings.close(expanded(), gold.expanded(), false);
        return switch (settings.scale()) {
            case SAME -> Objects.equals(scale, gold.scale) && asWorth;
            case WORTH -> asWorth;
            case WORTH_OR_WRITTEN ->
                asWorth || (gold.scale == null && asWritten && (scale == null || IMPLIED_SCALES.contains(scale)));
        };
    }

    private double expanded() {
        return scale == null ? value : value * SCALES.getOrDefault(scale, 1.0);
    }

    private static @Nullable StatedNumber texFraction(Cursor at) {
        MatchResult parts = at.take(TEX_FRACTION);
        if (parts == null) {
            return null;
        }
        String above = parts.group(1) == null ? parts.group(3) : parts.group(1);
        String below = parts.group(1) == null ? parts.group(4) : parts.group(2);
        return quotient(above, Double.parseDouble(above), below);
    }

    private static @Nullable StatedNumber digits(Cursor at) {
        MatchResult digits = at.take(DIGITS);
        if (digits == null) {
            return null;
        }
        String integer = digits.group().split("\\.", 2)[0];
        if (integer.indexOf(',') >= 0 && !GROUPED_BY_COMMAS.matcher(integer).matches()) {
            return null;
        }
        String written = SEPARATORS.matcher(digits.group()).replaceAll("");
        MatchResult power = at.take(POWER);
        power = power == null ? at.take(EXPONENT) : power;
        if (power != null) {
            return tenTo(written, power.group(1));
        }
        if (at.sees(CARET) && !at.sees(DEGREES)) {
            power = at.take(POWER_OF_TEN);
            return power != null && written.equals("10") ? tenTo("1", power.group(1)) : null;
        }
        double value = Double.parseDouble(written);
        boolean whole = written.indexOf('.') < 0;
        if (whole && (at.sees(PROPER_FRACTION) || at.sees(TEX_FRACTION))) {
            return mixed(written, value, at);
        }
        MatchResult below = at.take(FRACTION);
        if (below != null) {
            return quotient(written, value, below.group(1));
        }
        return new StatedNumber(value, written, false, null, whole);
    }

    /** Reads the fraction of a mixed number; null if it is not below 1. */
    private static @Nullable StatedNumber mixed(String written, double value, Cursor at) {
        MatchResult parts = at.take(PROPER_FRACTION);
        StatedNumber part = parts == null
                ? texFraction(at)
                : quotient(parts.group(1), Double.parseDouble(parts.group(1)), parts.group(2));
        return part == null || part.value >= 1
                ? null
                : new StatedNumber(value + part.value, written + " " + part.written, false, null, false);
    }

    private static @Nullable StatedNumber quotient(String above, double value, String below) {
        double divisor = Double.parseDouble(below);
        return divisor == 0 ? null : new StatedNumber(value / divisor, above + "/" + below, false, null, false);
    }

    private static @Nullable StatedNumber tenTo(String mantissa, String exponent) {
        String digits = exponent.replaceFirst("^[-+]", "").replaceFirst("^0+(?=.)", "");
        if (digits.length() > 3 || Integer.parseInt(digits) > MAX_EXPONENT) {
            return null;
        }
        String written = mantissa + "e" + (exponent.startsWith("-") && !digits.equals("0") ? "-" : "") + digits;
        return new StatedNumber(Double.parseDouble(written), written, false, null, false);
    }

    private static @Nullable String scale(Cursor at) {
        MatchResult word = at.take(SCALE_WORD);
        if (word != null) {
            return word.group(1).toLowerCase(Locale.ROOT);
        }
        MatchResult sign = at.take(SCALE_SIGN);
        if (sign != null) {
            return sign.group(1).replace('萬', '万').replace('億', '亿');
        }
        MatchResult letter = at.take(SCALE_LETTER);
        return letter == null
                ? null
                : switch (letter.group(1)) {
                    case "k", "K" -> "thousand";
                    case "M", "mn" -> "million";
                    case "tn" -> "trillion";
                    default -> "billion";
                };
    }

    private static Pattern pattern(String text) {
        return Pattern.compile(text, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CHARACTER_CLASS);
    }
}
