package dev.longstream.rewards.rules;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A balanced {@code \boxed{…}} that no other balanced box encloses. One pass over the text finds all of them, however
 * many boxes open and never close.
 *
 * @param start index of its backslash
 * @param content its content, stripped; if that is nothing but another box, the inner box's content
 */
record Box(int start, String content) {
    private static final Pattern OPENING = Pattern.compile("\\\\boxed\\s*+\\{");

    /** An open brace: its index, and the index at which the box it opens starts; -1 for a plain brace. */
    private record OpenBrace(int brace, int boxStart) {}

    /** Finds the outermost balanced boxes, in order of position. */
    static List<Box> in(String text) {
        Map<Integer, Integer> startOfBrace = new HashMap<>();
        for (Matcher m = OPENING.matcher(text); m.find(); ) {
            startOfBrace.put(m.end() - 1, m.start());
        }
        if (startOfBrace.isEmpty()) {
            return List.of();
        }
        Map<Integer, Integer> endOfBrace = new HashMap<>();
        List<OpenBrace> closed = closedBoxes(text, startOfBrace, endOfBrace);
        List<Box> outermost = new ArrayList<>();
        int end = -1;
        for (OpenBrace box : closed) {
            if (box.boxStart() > end) {
                end = endOfBrace.getOrDefault(box.brace(), -1);
                outermost.add(new Box(box.boxStart(), innermost(text, box.brace(), endOfBrace)));
            }
        }
        return outermost;
    }

    private static List<OpenBrace> closedBoxes(
            String text, Map<Integer, Integer> startOfBrace, Map<Integer, Integer> endOfBrace) {
        Deque<OpenBrace> open = new ArrayDeque<>();
        List<OpenBrace> closed = new ArrayList<>();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++; // an escaped brace neither opens nor closes
            } else if (c == '{' && (startOfBrace.containsKey(i) || !open.isEmpty())) {
                open.push(new OpenBrace(i, startOfBrace.getOrDefault(i, -1)));
            } else if (c == '}' && !open.isEmpty()) {
                OpenBrace last = open.pop();
                if (last.boxStart() >= 0) {
                    closed.add(last);
                    endOfBrace.put(last.brace(), i);
                }
            }
        }
        closed.sort((a, b) -> Integer.compare(a.boxStart(), b.boxStart()));
        return closed;
    }

    private static String innermost(String text, int brace, Map<Integer, Integer> endOfBrace) {
        int from = brace + 1;
        int to = endOfBrace.getOrDefault(brace, from);
        Matcher opening = OPENING.matcher(text);
        while (true) {
            while (from < to && Character.isWhitespace(text.charAt(from))) {
                from++;
            }
            while (to > from && Character.isWhitespace(text.charAt(to - 1))) {
                to--;
            }
            boolean holdsABox = opening.region(from, to).lookingAt();
            if (!holdsABox || endOfBrace.getOrDefault(opening.end() - 1, -1) != to - 1) {
                return text.substring(from, to);
            }
            from = opening.end();
            to = to - 1;
        }
    }
}
