package dev.longstream.questions;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The options of a multiple choice, letter to text, in their order. */
final class Options {
    private static final Pattern LETTERED = Pattern.compile("\\s\\(([A-Z])\\)\\s*");
    private static final Pattern NUMBERED = Pattern.compile("\\n\\s*([1-9])[.)]\\s*");

    private Options() {}

    /** Of a list, the first with the letter A. */
    static Map<String, String> listed(List<String> texts) {
        Map<String, String> options = new LinkedHashMap<>();
        texts.forEach(text -> options.put(letter(options.size()), text.strip()));
        return options;
    }

    /** Those that stand as {@code (A) …} in a question's text; empty where there are fewer than two. */
    static Map<String, String> inside(String question) {
        return found(LETTERED.matcher(question), question);
    }

    /** Those that stand as lines {@code 1. …} in a question's text, with letters; empty where there are fewer than two. */
    static Map<String, String> numbered(String question) {
        return found(NUMBERED.matcher(question), question);
    }

    /** What stands before the numbered options. */
    static String beforeNumbered(String question) {
        Matcher first = NUMBERED.matcher(question);
        return first.find() ? question.substring(0, first.start()).strip() : question;
    }

    /** The question with the options below it, one a line. */
    static String below(String question, Map<String, String> options) {
        return question + options.entrySet().stream().map(Options::line).collect(Collectors.joining());
    }

    /** @param place from 0 */
    static String letter(int place) {
        return String.valueOf((char) ('A' + place));
    }

    private static String line(Entry<String, String> option) {
        return "\n(" + option.getKey() + ") " + option.getValue();
    }

    /** Marks count in their order only: the "(A)" of an option's own text is none. */
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
