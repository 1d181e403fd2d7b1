package dev.longstream.questions;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Finds and renders the options of a multiple choice, letter to text in order. */
final class Options {
    private static final Pattern LETTERED = Pattern.compile("\\s\\(([A-Z])\\)\\s*");
    private static final Pattern NUMBERED = Pattern.compile("\\n\\s*([1-9])[.)]\\s*");

    private Options() {}

    /** Gives letters to a list of options, beginning with A. */
    static Map<String, String> listed(List<String> texts) {
        Map<String, String> options = new LinkedHashMap<>();
        texts.forEach(text -> options.put(letter(options.size()), text.strip()));
        return options;
    }

    /** Finds options written {@code (A) …} in a question; empty if there are fewer than two. */
    static Map<String, String> inside(String question) {
        return found(LETTERED.matcher(question), question);
    }

    /**
     * Finds options written as lines {@code 1. …} in a question and gives them letters; empty if there are fewer than
     * two.
     */
    static Map<String, String> numbered(String question) {
        return found(NUMBERED.matcher(question), question);
    }

    /** Returns the question's text before its numbered options. */
    static String beforeNumbered(String question) {
        Matcher first = NUMBERED.matcher(question);
        return first.find() ? question.substring(0, first.start()).strip() : question;
    }

    /** Appends the options to the question, one a line. */
    static String below(String question, Map<String, String> options) {
        return question + options.entrySet().stream().map(Options::line).collect(Collectors.joining());
    }

    /**
     * Returns the letter of an option.
     *
     * @param place 0 for A
     */
    static String letter(int place) {
        return String.valueOf((char) ('A' + place));
    }

    private static String line(Entry<String, String> option) {
        return "\n(" + option.getKey() + ") " + option.getValue();
    }

    /**
     * Splits the text at marks that follow one another (A, B, …); a "(A)" inside an option's own text is not a mark.
     */
    private static Map<String, String> found(Matcher marks, String question) {
        Map<String, String> options = new LinkedHashMap<>();
        int from = -1;
        while (marks.find()) {
            int next = options.size() + (from < 0 ? 0 : 1);
            String mark = marks.group(1);
            if (!mark.equals(letter(next)) && !mark.equals(String.valueOf(next + 1))) {
                continue;
            }
            if (from >= 0) {
                options.put(
                        letter(options.size()),
                        question.substring(from, marks.start()).strip());
            }
            from = marks.end();
        }
        if (from >= 0) {
            options.put(letter(options.size()), question.substring(from).strip());
        }
        return options.size() < 2 ? Map.of() : options;
    }
}
