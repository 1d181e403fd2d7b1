package dev.longstream.judging;

import java.util.List;

/** The lines of a judge's reply that are not blank. A closed thought in front is not looked at; an open one leaves nothing. */
final class ReplyLines {
    private static final String THOUGHT = "<think>";
    private static final String THOUGHT_END = "</think>";

    private ReplyLines() {}

    static List<String> of(String reply) {
        int end = reply.lastIndexOf(THOUGHT_END);
        if (end < 0 && reply.contains(THOUGHT)) {
            return List.of();
        }
        return reply.substring(end < 0 ? 0 : end + THOUGHT_END.length())
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }
}
