package dev.longstream.questions;

import dev.longstream.record.AnswerKind;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** What the golds themselves say about how an answer is compared with them. */
final class Golds {
    /** Longer than this, in words, and an answer in the same words is luck: "on the bank of the river Aare in Bern" has nine. */
    private static final int SPAN_WORDS = 12;

    private static final Set<String> CLOSED = Set.of("yes", "no", "unanswerable", "true", "false");

    private Golds() {}

    /** SHORT_ANSWER where one of the golds is a short span, else FREE_TEXT. */
    static AnswerKind spanKind(List<String> golds) {
        int shortest = golds.stream()
                .map(gold -> (int) Stream.of(gold.strip().split("\\s+")).count())
                .min(Comparator.naturalOrder())
                .orElse(0);
        return shortest <= SPAN_WORDS ? AnswerKind.SHORT_ANSWER : AnswerKind.FREE_TEXT;
    }

    /** SHORT_ANSWER where all golds are yes, no, true, false or unanswerable, else FREE_TEXT. */
    static AnswerKind freeTextKind(List<String> golds) {
        return golds.stream().allMatch(gold -> CLOSED.contains(gold.toLowerCase(Locale.ROOT)))
                ? AnswerKind.SHORT_ANSWER
                : AnswerKind.FREE_TEXT;
    }
}
