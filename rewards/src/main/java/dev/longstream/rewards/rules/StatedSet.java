package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the members that an answer lists: the parts of its last statement between commas, semicolons and "and", or the points
 * of a list below it.
 *
 * @param text the whole statement, or the points of the list joined by semicolons
 * @param parts parts of the text in order, none of them blank
 */
record StatedSet(String text, List<SetPart> parts) {
    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CHARACTER_CLASS;
    /** Commas between groups of three digits belong to a number. */
    private static final Pattern SEPARATOR =
            Pattern.compile("[;\\n、]|,(?!(?<=\\p{Nd},)\\p{Nd}{3}(?!\\p{Nd}))|&|(?<!\\w)and(?!\\w)", FLAGS);

    private static final Pattern POINT = Pattern.compile("\\s*+(?:[-*•–]|[0-9]{1,3}[.)])\\s++(.*)");
    private static final Pattern INTRODUCTION = Pattern.compile(
            "(?:both\\s++|(?:the\\s++)?+(?:following|two|three|four|five|six|seven|eight|nine|ten|[0-9]{1,2})"
                    + "(?:\\s++\\p{L}++){0,2}+\\s*+:)",
            FLAGS);
    private static final Pattern BRACES = Pattern.compile("\\\\?\\{(.*?)\\\\?}|\\[(.*)]", Pattern.DOTALL);

    /**
     * One part of a statement, which is a member or a piece of one.
     *
     * @param from index of its first character in the text
     * @param to index after its last character
     */
    record SetPart(int from, int to) {}

    /** Reads the set that an output states; null if it states nothing. */
    static @Nullable StatedSet of(String output, boolean thinkingExpected) {
        String part = AnswerPart.of(output, thinkingExpected);
        String statement = part == null ? null : Statement.of(part);
        if (part == null || statement == null) {
            return null;
        }
        String points = points(part, statement);
        if (points != null) {
            return new StatedSet(points, parts(points, Pattern.compile(";\\n")));
        }
        String line = withoutFrame(Statement.firstSentence(AnswerPart.withCommas(statement)));
        return line.isEmpty() ? null : new StatedSet(line, parts(line));
    }

    /** Returns the parts of a text. */
    static List<SetPart> parts(String text) {
        return parts(text, SEPARATOR);
    }

    private static List<SetPart> parts(String text, Pattern separator) {
        List<SetPart> parts = new ArrayList<>();
        int from = 0;
        for (Matcher m = separator.matcher(text); m.find(); from = m.end()) {
            add(parts, text, from, m.start());
        }
        add(parts, text, from, text.length());
        return parts;
    }

    private static void add(List<SetPart> parts, String text, int from, int to) {
        if (!text.substring(from, to).isBlank()) {
            parts.add(new SetPart(from, to));
        }
    }

    /** Returns the text from the beginning of one part to the end of another, without signs around it. */
    String words(int first, int last) {
        return Statement.trim(
                text.substring(parts.get(first).from(), parts.get(last).to()));
    }

    /** Returns the points of the list that begins at the statement or right below it; null if there is none. */
    private static @Nullable String points(String part, String statement) {
        int at = part.lastIndexOf(statement);
        if (at < 0) {
            return null;
        }
        List<String> found = new ArrayList<>();
        List<String> lines =
                part.substring(at).lines().filter(line -> !line.isBlank()).toList();
        boolean introduces = statement.endsWith(":");
        for (String line : introduces ? lines.subList(1, lines.size()) : lines) {
            Matcher point = POINT.matcher(line);
            if (!point.matches()) {
                break;
            }
            found.add(point.group(1));
        }
        return found.isEmpty() ? null : String.join(";\n", found);
    }

    private static String withoutFrame(String line) {
        String text = Statement.trim(line);
        Matcher braces = BRACES.matcher(text);
        if (braces.matches()) {
            text = braces.group(1) == null ? braces.group(2) : braces.group(1);
        }
        Matcher introduction = INTRODUCTION.matcher(text);
        return introduction.lookingAt() ? text.substring(introduction.end()).strip() : text.strip();
    }
}
