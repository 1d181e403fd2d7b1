package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares short mathematics in TeX: normalises its spelling and reads the value of plain numbers. */
final class MathText {
    private static final double TOLERANCE = 1e-9;
    private static final int MAX_EXPONENT = 300;

    private static final List<String> LAYOUT = List.of(
            "\\left", "\\right", "\\$", "^{\\circ}", "^\\circ", "°", "\\,", "\\!", "\\;", "\\:", "\\ ", "~", "$");
    private static final Pattern TEXT =
            Pattern.compile("\\\\(?:text|textbf|mathrm|mathbf|operatorname)\\s*+\\{([^{}]*+)}");
    private static final Pattern BARE_FRACTION = Pattern.compile("\\\\frac\\s*+([0-9])\\s*+([0-9])");
    private static final Pattern BARE_ROOT = Pattern.compile("\\\\sqrt\\s*+([0-9A-Za-z])");
    /** Characters for commands of TeX, each followed by a blank that is removed afterwards. */
    private static final Map<String, String> SYMBOLS = Map.ofEntries(
            Map.entry("∞", "\\infty "),
            Map.entry("π", "\\pi "),
            Map.entry("√", "\\sqrt "),
            Map.entry("≤", "\\leq "),
            Map.entry("≥", "\\geq "),
            Map.entry("≠", "\\neq "),
            Map.entry("±", "\\pm "),
            Map.entry("×", "*"),
            Map.entry("·", "*"),
            Map.entry("÷", "/"),
            Map.entry("\\le ", "\\leq "),
            Map.entry("\\ge ", "\\geq "));

    private static final Pattern BLANKS = Pattern.compile("\\s++");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z]=(.+)", Pattern.DOTALL);
    private static final Pattern UNIT = Pattern.compile(
            "(?<=[0-9}%])(?:\\\\[ ,;:]|\\s|~)*+\\\\(?:text|mathrm)\\s*+\\{[^{}]*+}(?:\\^\\{?+[0-9]}?+)?+\\s*+\\z");

    private static final String DIGITS = "[0-9]++(?:\\.[0-9]++)?+";
    private static final Pattern GROUPED = Pattern.compile("[0-9]{1,3}(?:,[0-9]{3})++(?:\\.[0-9]++)?+");
    private static final Pattern DECIMAL = Pattern.compile("[0-9]++\\.?+[0-9]*+|\\.[0-9]++");
    private static final Pattern TEX_FRACTION =
            Pattern.compile("\\\\frac\\{(-?+)(" + DIGITS + ")}\\{(" + DIGITS + ")}");
    private static final Pattern FRACTION = Pattern.compile("()(" + DIGITS + ")/(" + DIGITS + ")");
    private static final Pattern POWER = Pattern.compile("(" + DIGITS + ")\\*10\\^\\{?+(-?+[0-9]{1,9}+)}?+");

    private MathText() {}

    /** A plain number; {@code percent}: the number must be divided by a hundred to get its value. */
    private record Value(double number, boolean percent) {
        boolean equalsOrIsPercentOf(Value other) {
            boolean asWritten = near(number, other.number);
            return asWritten || (percent != other.percent && near(fraction(), other.fraction()));
        }

        private double fraction() {
            return percent ? number / 100 : number;
        }

        private static boolean near(double x, double y) {
            return Math.abs(x - y) <= TOLERANCE * Math.max(Math.abs(x), Math.abs(y));
        }
    }

    /** Returns whether both texts are equal once normalised, or are plain numbers of equal value. */
    static boolean same(String answer, String gold) {
        String wanted = normalise(gold);
        String written = normalise(answer);
        Value goldValue = value(wanted);
        if (goldValue != null && value(written) == null) {
            written = normalise(UNIT.matcher(answer).replaceFirst(""));
        }
        if (written.isEmpty()) {
            return false;
        }
        boolean word = written.codePoints().allMatch(Character::isLetter);
        if (word ? written.equalsIgnoreCase(wanted) : written.equals(wanted)) {
            return true;
        }
        Value value = value(written);
        return value != null && goldValue != null && value.equalsOrIsPercentOf(goldValue);
    }

    /** Removes blanks, layout commands, text commands and {@code x =}, and spells fractions and products in one way. */
    static String normalise(String tex) {
        String text = AnswerPart.clean(tex);
        for (String layout : LAYOUT) {
            text = text.replace(layout, "");
        }
        text = text.replace("\\dfrac", "\\frac")
                .replace("\\tfrac", "\\frac")
                .replace("\\cdot", "*")
                .replace("\\times", "*")
                .replace("\\%", "%")
                .replace("{,}", ",");
        for (Map.Entry<String, String> symbol : SYMBOLS.entrySet()) {
            text = text.replace(symbol.getKey(), symbol.getValue());
        }
        text = TEXT.matcher(text).replaceAll("$1");
        text = BARE_ROOT.matcher(text).replaceAll("\\\\sqrt{$1}");
        text = BARE_FRACTION.matcher(text).replaceAll("\\\\frac{$1}{$2}");
        text = BLANKS.matcher(text).replaceAll("");
        int end = text.length();
        while (end > 0 && ".,;".indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        text = text.substring(0, end);
        Matcher variable = VARIABLE.matcher(text);
        return variable.matches() ? variable.group(1) : text;
    }

    private static @Nullable Value value(String normalised) {
        boolean percent = normalised.endsWith("%");
        String body = percent ? normalised.substring(0, normalised.length() - 1) : normalised;
        double sign = body.startsWith("-") ? -1 : 1;
        Double size = size(body.startsWith("-") || body.startsWith("+") ? body.substring(1) : body);
        return size == null || !Double.isFinite(size) ? null : new Value(sign * size, percent);
    }

    private static @Nullable Double size(String body) {
        String plain = GROUPED.matcher(body).matches() ? body.replace(",", "") : body;
        if (DECIMAL.matcher(plain).matches()) {
            return Double.valueOf(plain);
        }
        MatchResult fraction = whole(TEX_FRACTION, plain);
        fraction = fraction == null ? whole(FRACTION, plain) : fraction;
        if (fraction != null) {
            double below = Double.parseDouble(fraction.group(3));
            double above = Double.parseDouble(fraction.group(2));
            return below == 0 ? null : (Double) ((fraction.group(1).isEmpty() ? above : -above) / below);
        }
        MatchResult power = whole(POWER, plain);
        boolean readable = power != null && Math.abs(Integer.parseInt(power.group(2))) <= MAX_EXPONENT;
        return power != null && readable ? Double.valueOf(power.group(1) + "e" + power.group(2)) : null;
    }

    private static @Nullable MatchResult whole(Pattern pattern, String text) {
        Matcher m = pattern.matcher(text);
        return m.matches() ? m.toMatchResult() : null;
    }
}
