package dev.longstream.judging;

import java.util.List;

/**
 * Splits a judge's reply into its lines that are not blank, without a closed thought. An open thought leaves no line.
 */
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
