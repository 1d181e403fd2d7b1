package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the answer that a text states, its first sentence, and its words without quotes or brackets around them. */
final class Statement {
    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CHARACTER_CLASS | Pattern.UNIX_LINES;
    private static final Pattern LEAD_IN = Pattern.compile(
            "\\b(?:the|correct|final)\\s++answer\\s++is(?![\\w'’])\\s*+:?+"
                    + "|^[\\s#>*\\-&&[^\\n]]*+(?:final\\s++|correct\\s++)?+answer\\s*+:"
                    + "|答案\\s*+[是为:]\\s*+:?+",
            FLAGS | Pattern.MULTILINE);
    /**
     * Placeholder copied from the prompt, "(insert answer here)". The bound keeps longer texts, which are not the
     * placeholder.
     */
    private static final Pattern TEMPLATE = Pattern.compile("[\"'(\\[]*+\\s*+insert\\b.{0,100}?\\bhere\\b", FLAGS);

    /** A remark about the answer, not the answer: "the answer is clear from the second paragraph". */
    private static final Pattern REMARK = Pattern.compile(
            "(?:very\\s++|quite\\s++)?+(?:clear(?:ly)?|evident|obvious|apparent|found|given|stated|supported|based|derived"
                    + "|explained|implied|mentioned|contained|located|confirmed|consistent)\\s++(?:\\w++\\s++)?"
                    + "(?:from|in|by|on|at|within|since|because|as|with)\\b",
            FLAGS);

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
     * Returns the last statement of an answer: the line after a lead-in such as "the answer is", or the content of a
     * box, whichever comes later. Null if there is none; empty statements and the prompt's placeholder do not count, and
     * a remark such as "the answer is clear from the text" counts only where nothing else is stated.
     */
    static @Nullable String of(String part) {
        List<Box> boxes = Box.in(part);
        List<Integer> leadIns = new ArrayList<>();
        List<Integer> ends = new ArrayList<>();
        for (Matcher m = LEAD_IN.matcher(part); m.find(); ) {
            leadIns.add(m.start());
            ends.add(m.end());
        }
        StatementCandidate boxed = boxes.stream()
                .map(box -> new StatementCandidate(box.start(), box.content()))
                .filter(Statement::counts)
                .max(Comparator.comparingInt(StatementCandidate::position))
                .orElse(null);
        String remark = null;
        // Backwards from the last lead-in: the line after each is read only if it can win.
        for (int i = leadIns.size() - 1; i >= 0; i--) {
            if (boxed != null && leadIns.get(i) < boxed.position()) {
                break;
            }
            StatementCandidate candidate = new StatementCandidate(leadIns.get(i), firstLine(part, ends.get(i)));
            if (!counts(candidate)) {
                continue;
            }
            if (!REMARK.matcher(candidate.words()).lookingAt()) {
                return candidate.words();
            }
            remark = remark == null ? candidate.words() : remark;
        }
        return boxed == null ? remark : boxed.words();
    }

    private static boolean counts(StatementCandidate candidate) {
        return !TEMPLATE.matcher(candidate.words()).lookingAt()
                && !trim(candidate.words()).isEmpty();
    }

    /** Returns the rest of the line, or the next line that is not blank. */
    private static String firstLine(String text, int from) {
        int start = from;
        while (start < text.length() && Character.isWhitespace(text.charAt(start))) {
            start++;
        }
        int end = text.indexOf('\n', start);
        return text.substring(start, end < 0 ? text.length() : end).strip();
    }

    /**
     * Returns the line up to the first stop that ends a sentence; a stop after an initial or an abbreviation does not.
     */
    static String firstSentence(String line) {
        for (Matcher stop = STOP.matcher(line); stop.find(); ) {
            boolean ends = line.charAt(stop.start()) != '.'
                    || stop.end() == line.length()
                    || (!endsInAbbreviation(line, stop.start()) && startsASentence(line, stop.end()));
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

    /** Removes quotes, brackets, blanks, closing punctuation, emphasis and TeX's text command around the whole text. */
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

    /**
     * Returns whether a pair of signs encloses the whole text. Its closing sign must occur nowhere else, so that "(a)
     * or (b)" is not wrapped.
     */
    private static boolean isWrapped(String text, int from, int to) {
        int pair = to - from < 2 ? -1 : OPENING.indexOf(text.charAt(from));
        return pair >= 0
                && text.charAt(to - 1) == CLOSING.charAt(pair)
                && text.indexOf(CLOSING.charAt(pair), from + 1) == to - 1;
    }
}
