package dev.longstream.policy.template;

import com.hubspot.jinjava.interpret.Context;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Translates a chat template from Python's Jinja2, as configured by transformers, to Jinjava.
 *
 * <p>This class handles whitespace, because Jinjava's rules differ: {@code trim_blocks} and {@code lstrip_blocks} are
 * on, {@code -} strips, {@code +} keeps, comments vanish, one final newline is dropped. It removes the
 * {@code generation} tags, which only mark the answer. {@link JinjaCode} rewrites the code inside tags.
 */
public final class JinjaSource {
    private static final Pattern END_RAW = Pattern.compile("\\{%([-+]?)\\s*endraw\\s*([-+]?)%}");

    /** Name of a filter that prints values like Python. */
    public static final String PRINTED = "printed";

    private final String template;
    private final JinjaCode code;
    private final StringBuilder out = new StringBuilder();
    /** Text since the last tag, not yet written: a tag to its right may still strip it. */
    private String text = "";

    /** Loops and conditions that are open, innermost first. */
    private final Deque<String> blocks = new ArrayDeque<>();

    private int at;
    private boolean textStartsLine = true;

    private JinjaSource(String template, JinjaCode code) {
        this.template = template;
        this.code = code;
    }

    /**
     * Translates a template for Jinjava with {@code trimBlocks} and {@code lstripBlocks} off.
     *
     * @param known context with the supported filters and tests; unknown ones are added, to fail when they are applied
     * @throws IllegalArgumentException if a tag does not end or its meaning would silently change
     */
    public static String translate(String template, Context known) {
        String unix = template.replace("\r\n", "\n").replace('\r', '\n');
        String source = unix.endsWith("\n") ? unix.substring(0, unix.length() - 1) : unix;
        return new JinjaSource(source, new JinjaCode(known)).translate();
    }

    private String translate() {
        while (at < template.length()) {
            int open = nextTag(at);
            if (open < 0) {
                break;
            }
            text = template.substring(at, open);
            char kind = template.charAt(open + 1);
            int end = kind == '#' ? endOfComment(open) : endOfCode(open, kind == '{' ? '}' : '%');
            tag(kind, template.substring(open + 2, end - 2), end);
        }
        text = template.substring(Math.min(at, template.length()));
        writeText();
        return out.toString();
    }

    private int nextTag(int from) {
        for (int i = from; i + 1 < template.length(); i++) {
            if (template.charAt(i) == '{' && "{%#".indexOf(template.charAt(i + 1)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    private int endOfComment(int open) {
        int end = template.indexOf("#}", open + 2);
        if (end < 0) {
            throw new IllegalArgumentException("a comment does not end" + line(open));
        }
        return end + 2;
    }

    /** Finds the position after a tag's end, ignoring ends inside strings and open braces. */
    private int endOfCode(int open, char closing) {
        int depth = 0;
        for (int i = open + 2; i + 1 < template.length(); i++) {
            char c = template.charAt(i);
            if (c == '"' || c == '\'') {
                i = JinjaCode.endOfString(template, i);
            } else if (depth == 0 && c == closing && template.charAt(i + 1) == '}') {
                return i + 2;
            } else if (c == '{' || c == '[' || c == '(') {
                depth++;
            } else if (c == '}' || c == ']' || c == ')') {
                depth--;
            }
        }
        throw new IllegalArgumentException("a tag does not end" + line(open));
    }

    private void tag(char kind, String inside, int end) {
        String content = inside;
        char left = content.isEmpty() ? ' ' : content.charAt(0);
        if (left == '-' || left == '+') {
            content = content.substring(1);
        }
        char right = content.isEmpty() ? ' ' : content.charAt(content.length() - 1);
        if (right == '-' || right == '+') {
            content = content.substring(0, content.length() - 1);
        }
        stripTextBefore(left, kind);
        writeText();
        String trimmed = content.strip();
        if (kind == '%' && trimmed.equals("raw")) {
            raw(end, right);
            return;
        }
        if (kind == '{') {
            out.append("{{ (").append(code.rewrite(trimmed)).append(")|" + PRINTED + " }}");
        } else if (kind == '%' && !trimmed.equals("generation") && !trimmed.equals("endgeneration")) {
            block(trimmed);
        }
        skipAfter(right, kind, end);
    }

    private void block(String content) {
        String keyword = content.split("\\W", 2)[0];
        if (keyword.equals("else") && !blocks.isEmpty() && blocks.getFirst().equals("for")) {
            throw new IllegalArgumentException("a loop with an else is not supported" + line(at));
        }
        if (keyword.equals("for") || keyword.equals("if")) {
            blocks.push(keyword);
        } else if ((keyword.equals("endfor") || keyword.equals("endif")) && !blocks.isEmpty()) {
            blocks.pop();
        }
        if (keyword.equals("endfor")) {
            out.append("{% end" + IterationTag.NAME + " %}");
        }
        out.append("{% ").append(code.rewrite(content)).append(" %}");
        if (keyword.equals("for")) {
            out.append("{% " + IterationTag.NAME + " %}");
        }
    }

    private void raw(int from, char right) {
        skipAfter(right, '%', from);
        Matcher end = END_RAW.matcher(template);
        if (!end.find(at)) {
            throw new IllegalArgumentException("raw does not end" + line(from));
        }
        text = template.substring(at, end.start());
        stripTextBefore(end.group(1).isEmpty() ? ' ' : end.group(1).charAt(0), '%');
        writeText();
        skipAfter(end.group(2).isEmpty() ? ' ' : end.group(2).charAt(0), '%', end.end());
    }

    private void stripTextBefore(char sign, char kind) {
        if (sign == '-') {
            text = text.stripTrailing();
        } else if (sign != '+' && kind != '{') {
            int lineStart = text.lastIndexOf('\n') + 1;
            if ((lineStart > 0 || textStartsLine) && text.substring(lineStart).isBlank()) {
                text = text.substring(0, lineStart);
            }
        }
    }

    private void skipAfter(char sign, char kind, int end) {
        at = end;
        if (sign == '-') {
            while (at < template.length() && Character.isWhitespace(template.charAt(at))) {
                at++;
            }
        } else if (sign != '+' && kind != '{' && at < template.length() && template.charAt(at) == '\n') {
            at++;
        }
        textStartsLine = at > 0 && template.charAt(at - 1) == '\n';
    }

    /**
     * Writes the pending text. Text that looks like a tag is written as a string, so that Jinjava does not interpret
     * it.
     */
    private void writeText() {
        if (text.chars().anyMatch(c -> "{}%#".indexOf(c) >= 0)) {
            out.append("{{ ").append(JinjaCode.quote(text)).append(" }}");
        } else {
            out.append(text);
        }
        text = "";
    }

    private String line(int position) {
        return ", line "
                + (1
                        + template.substring(0, position)
                                .chars()
                                .filter(c -> c == '\n')
                                .count());
    }
}
