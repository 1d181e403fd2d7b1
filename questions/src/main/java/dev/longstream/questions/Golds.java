package dev.longstream.questions;

import dev.longstream.record.AnswerKind;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Chooses the kind of a question from its golds. */
final class Golds {
    /**
     * Maximum of words in a short span. A longer gold is seldom repeated word for word: "on the bank of the river Aare"
     * has seven.
     */
    private static final int MAX_SPAN_WORDS = 12;

    private static final Set<String> CLOSED = Set.of("yes", "no", "unanswerable", "true", "false");

    private Golds() {}

    /** Returns SHORT_ANSWER if one of the golds is a short span, else FREE_TEXT. */
    static AnswerKind spanKind(List<String> golds) {
        int shortest = golds.stream()
                .map(gold -> (int) Stream.of(gold.strip().split("\\s+")).count())
                .min(Comparator.naturalOrder())
                .orElse(0);
        return shortest <= MAX_SPAN_WORDS ? AnswerKind.SHORT_ANSWER : AnswerKind.FREE_TEXT;
    }

    /** Returns SHORT_ANSWER if all golds are yes, no, true, false or unanswerable, else FREE_TEXT. */
    static AnswerKind freeTextKind(List<String> golds) {
        return golds.stream().allMatch(gold -> CLOSED.contains(gold.toLowerCase(Locale.ROOT)))
                ? AnswerKind.SHORT_ANSWER
                : AnswerKind.FREE_TEXT;
    }
}
