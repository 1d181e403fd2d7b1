package dev.longstream.policy.template;

import com.hubspot.jinjava.interpret.Context;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rewrites the code inside a tag from Jinja2 to Jinjava, and refuses code that Jinjava would silently interpret
 * differently.
 */
final class JinjaCode {
    private static final Pattern REVERSED = Pattern.compile("\\[\\s*:\\s*:\\s*-\\s*1\\s*]");
    private static final Pattern STEPPED = Pattern.compile("\\[[^\\[\\]{}]*:[^\\[\\]{}]*:[^\\[\\]{}]*]");
    private static final Pattern FILTERED_LOOP = Pattern.compile("for\\s.*?\\sin\\s.*\\sif\\s.*", Pattern.DOTALL);
    private static final Pattern FILTER = Pattern.compile("\\|\\s*([A-Za-z_]\\w*)");
    private static final Pattern TEST = Pattern.compile("\\bis\\s+(?:not\\s+)?([A-Za-z_]\\w*)");

    /**
     * Strings, the two negative operators, comparisons, words, anything else; a string is quoted as {@link #quote}
     * does.
     */
    private static final Pattern TOKEN =
            Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|\\bis\\s+not\\b|\\bnot\\s+in\\b|[=!<>]=|\\w+|.", Pattern.DOTALL);

    private static final Set<String> OPENING = Set.of("(", "[", "{");
    private static final Set<String> CLOSING = Set.of(")", "]", "}");
    private static final Set<String> END_OF_NEGATION = Set.of("and", "or", "if", "else", ":");

    private final Context known;

    /**
     * Creates a rewriter.
     *
     * @param known context with the supported filters and tests; unknown ones are added, to fail when they are applied
     */
    JinjaCode(Context known) {
        this.known = known;
    }

    String rewrite(String code) {
        StringBuilder result = new StringBuilder();
        StringBuilder withoutStrings = new StringBuilder();
        int from = 0;
        for (int i = 0; i < code.length(); i++) {
            char c = code.charAt(i);
            if (c == '"' || c == '\'') {
                int end = endOfString(code, i);
                withoutStrings.append(code, from, i).append("\"\"");
                result.append(betweenStrings(code.substring(from, i)));
                result.append(quote(unescape(code.substring(i + 1, end))));
                from = end + 1;
                i = end;
            }
        }
        refuseUnsupported(withoutStrings.append(code, from, code.length()).toString());
        result.append(betweenStrings(code.substring(from)));
        return code.startsWith("macro") ? result.toString() : bracket(result.toString());
    }

    private void refuseUnsupported(String code) {
        if (FILTERED_LOOP.matcher(code).matches() && !code.contains(" else ")) {
            throw new IllegalArgumentException("a loop with a condition is not supported: " + code);
        }
        if (STEPPED.matcher(REVERSED.matcher(code).replaceAll("")).find()) {
            throw new IllegalArgumentException("a slice with a step is not supported: " + code);
        }
        for (Matcher filter = FILTER.matcher(code); filter.find(); ) {
            if (known.getFilter(filter.group(1)) == null) {
                known.registerFilter(new UnsupportedFilter(filter.group(1)));
            }
        }
        for (Matcher test = TEST.matcher(code); test.find(); ) {
            if (known.getExpTest(test.group(1)) == null) {
                known.registerExpTest(new UnsupportedTest(test.group(1)));
            }
        }
    }

    private static String betweenStrings(String code) {
        String reversed = REVERSED.matcher(code).replaceAll(".__reversed__()");
        return reversed.replace("}", " } "); // two braces, or a percent sign and a brace, would end the tag
    }

    /**
     * Adds the brackets that Jinja's precedence implies: {@code f(n=a|length - 1)} becomes {@code f(n=(a|length - 1))},
     * and {@code not a is b} becomes {@code not (a is b)}; Jinjava would group {@code n=a} and {@code not a}.
     */
    private static String bracket(String code) {
        StringBuilder result = new StringBuilder();
        Deque<OpenBlock> open = new ArrayDeque<>();
        open.push(new OpenBlock());
        for (Matcher token = TOKEN.matcher(code); token.find(); ) {
            String text = token.group();
            boolean ends = text.equals(",") || CLOSING.contains(text);
            if (ends || END_OF_NEGATION.contains(text)) {
                result.append(")".repeat(open.getFirst().negations));
                open.getFirst().negations = 0;
            }
            if (ends) {
                result.append(")".repeat(open.getFirst().namedArguments));
                open.getFirst().namedArguments = 0;
            }
            result.append(text);
            if (OPENING.contains(text)) {
                open.push(new OpenBlock());
            } else if (CLOSING.contains(text) && open.size() > 1) {
                open.pop();
            } else if (text.equals("=") && open.size() > 1) {
                result.append('(');
                open.getFirst().namedArguments++;
            } else if (text.equals("not")) {
                result.append(" (");
                open.getFirst().negations++;
            }
        }
        OpenBlock rest = open.getLast();
        return result.append(")".repeat(rest.negations)).toString();
    }

    /** The brackets to add within one pair of the template's own. */
    private static final class OpenBlock {
        int negations;
        int namedArguments;
    }

    /** Quotes a string for Jinjava. */
    static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> quoted.append(text.charAt(i));
            }
        }
        return quoted.append('"').toString();
    }

    /** Replaces Python's escapes; an unknown escape stays as it is. */
    private static String unescape(String literal) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < literal.length(); i++) {
            char c = literal.charAt(i);
            if (c != '\\' || i + 1 == literal.length()) {
                text.append(c);
                continue;
            }
            char escape = literal.charAt(++i);
            int digits = escape == 'x' ? 2 : escape == 'u' ? 4 : 0;
            if (digits > 0 && i + digits < literal.length()) {
                text.append((char) Integer.parseInt(literal.substring(i + 1, i + 1 + digits), 16));
                i += digits;
                continue;
            }
            switch (escape) {
                case 'n' -> text.append('\n');
                case 't' -> text.append('\t');
                case 'r' -> text.append('\r');
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case '\\', '\'', '"' -> text.append(escape);
                case '\n' -> {} // a line continuation
                default -> text.append('\\').append(escape);
            }
        }
        return text.toString();
    }

    /** Returns the position of the closing quote. */
    static int endOfString(String code, int open) {
        for (int i = open + 1; i < code.length(); i++) {
            if (code.charAt(i) == '\\') {
                i++;
            } else if (code.charAt(i) == code.charAt(open)) {
                return i;
            }
        }
        throw new IllegalArgumentException("a string does not end: "
                + code.substring(open).lines().findFirst().orElse(""));
    }
}
