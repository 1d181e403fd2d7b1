package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a model states as its answer, and the parts of it: its first sentence, its words without wrapping. */
final class Statement {
    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CHARACTER_CLASS | Pattern.UNIX_LINES;
    private static final Pattern LEAD_IN = Pattern.compile(
            "\\b(?:the|correct|final)\\s++answer\\s++is(?![\\w'’])\\s*+:?+"
                    + "|^[\\s#>*\\-&&[^\\n]]*+(?:final\\s++|correct\\s++)?+answer\\s*+:"
                    + "|答案\\s*+[是为:]\\s*+:?+",
            FLAGS | Pattern.MULTILINE);
    /** The prompt's own "(insert answer here)". Bounded: something longer is not the template. */
    private static final Pattern TEMPLATE = Pattern.compile("[\"'(\\[]*+\\s*+insert\\b.{0,100}?\\bhere\\b", FLAGS);

    private static final Pattern STOP = Pattern.compile("[.!?](?=\\s|\\z)|[。！？]", FLAGS);
    private static final Set<String> ABBREVIATIONS =
            Set.of(("mr mrs ms dr st jr sr prof gen gov sen rep rev hon inc ltd co corp bros vs no"
                            + " mt ft al etc dept est approx jan feb mar apr jun jul aug sep sept oct nov dec")
                    .split(" "));
    private static final int FIRST_CJK = 0x2E80;

    private static final String OPENING = "([\"'“‘«`$";
    private static final String CLOSING = ")]\"'”’»`$";
    private static final Pattern TEX_TEXT = Pattern.compile("\\\\(?:text|textbf|mathrm|mathbf)\\s*+\\{([^{}]*+)}");

    private Statement() {}

    private record StatementCandidate(int position, String words) {}

    /**
     * The last statement of an answer part: the line after a lead-in such as "the answer is", or the content of a box, whichever
     * stands later. Null where there is none; empty ones and the template's own words do not count.
     */
    static @Nullable String of(String part) {
        List<Box> boxes = Box.in(part);
        List<Integer> leadIns = new ArrayList<>();
        List<Integer> ends = new ArrayList<>();
        for (Matcher m = LEAD_IN.matcher(part); m.find(); ) {
            leadIns.add(m.start());
            ends.add(m.end());
        }
        @Nullable
        StatementCandidate boxed = boxes.stream()
                .map(box -> new StatementCandidate(box.start(), box.content()))
                .filter(Statement::counts)
                .max(Comparator.comparingInt(StatementCandidate::position))
                .orElse(null);
        for (int i = leadIns.size() - 1;
                i >= 0;
                i--) { // from the last: the line after each is read only when it may win
            if (boxed != null && leadIns.get(i) < boxed.position()) {
                break;
            }
            var said = new StatementCandidate(leadIns.get(i), firstLine(part, ends.get(i)));
            if (counts(said)) {
                return said.words();
            }
        }
        return boxed == null ? null : boxed.words();
    }

    private static boolean counts(StatementCandidate said) {
        return !TEMPLATE.matcher(said.words()).lookingAt()
                && !trim(said.words()).isEmpty();
    }

    /** The rest of the line, or where that is blank the next line that is not. */
    private static String firstLine(String text, int from) {
        int start = from;
        while (start < text.length() && Character.isWhitespace(text.charAt(start))) {
            start++;
        }
        int end = text.indexOf('\n', start);
        return text.substring(start, end < 0 ? text.length() : end).strip();
    }

    /** The line up to its first full stop that ends a sentence, which a stop after an initial or an abbreviation does not. */
    static String firstSentence(String line) {
        for (Matcher stop = STOP.matcher(line); stop.find(); ) {
            boolean ends = line.charAt(stop.start()) != '.'
                    || stop.end() == line.length()
                    || !endsInAbbreviation(line, stop.start()) && startsASentence(line, stop.end());
            if (ends) {
                return line.substring(0, stop.start());
            }
        }
        return line;
    }

    private static boolean endsInAbbreviation(String line, int stop) {
        int start = stop;
        while (start > 0
                && !Character.isWhitespace(line.charAt(start - 1))
                && "(\"'".indexOf(line.charAt(start - 1)) < 0) {
            start--;
        }
        String word = line.substring(start, stop);
        boolean initial = word.codePointCount(0, word.length()) == 1 && Character.isLetter(word.codePointAt(0));
        return initial || word.contains(".") || ABBREVIATIONS.contains(word.toLowerCase(Locale.ROOT));
    }

    private static boolean startsASentence(String line, int from) {
        int start = from;
        while (start < line.length() && Character.isWhitespace(line.charAt(start))) {
            start++;
        }
        if (start == line.length()) {
            return true;
        }
        int first = line.codePointAt(start);
        return Character.isUpperCase(first) || "\"'([“‘".indexOf(first) >= 0 || first > FIRST_CJK;
    }

    /** The text without what wraps the whole of it: blanks, closing punctuation, quotes, brackets, emphasis, TeX's text command. */
    static String trim(String text) {
        int from = 0;
        int to = text.length();
        while (true) {
            int oldFrom = from;
            int oldTo = to;
            while (from < to && isAround(text.charAt(from), "")) {
                from++;
            }
            while (to > from && isAround(text.charAt(to - 1), ".,;:!")) {
                to--;
            }
            if (isWrapped(text, from, to)) {
                from++;
                to--;
            }
            Matcher tex = TEX_TEXT.matcher(text).region(from, to);
            if (tex.matches()) {
                from = tex.start(1);
                to = tex.end(1);
            }
            if (from == oldFrom && to == oldTo) {
                return text.substring(from, to);
            }
        }
    }

    private static boolean isAround(char c, String punctuation) {
        return Character.isWhitespace(c) || c == '*' || c == '_' || punctuation.indexOf(c) >= 0;
    }

    /** Whether a pair encloses the whole; its closing sign must occur nowhere else, so "(a) or (b)" is not wrapped. */
    private static boolean isWrapped(String text, int from, int to) {
        int pair = to - from < 2 ? -1 : OPENING.indexOf(text.charAt(from));
        return pair >= 0
                && text.charAt(to - 1) == CLOSING.charAt(pair)
                && text.indexOf(CLOSING.charAt(pair), from + 1) == to - 1;
    }
}
