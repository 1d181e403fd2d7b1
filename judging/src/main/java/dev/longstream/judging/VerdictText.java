package dev.longstream.judging;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the verdict in a judge's reply. A verdict is a whole line: {@code [[YES]]} or {@code [[NO]]} as the last line
 * and on no other line, or a bare yes or no that is the whole reply. A closed thought before it is ignored. Any other
 * reply has no verdict.
 */
final class VerdictText {
    private static final Pattern VERDICT = Pattern.compile("(\\*\\*|)\\[\\[(YES|NO)\\]\\]\\.?\\1\\.?");
    private static final Pattern WORD = Pattern.compile("(\\*\\*|)(YES|NO)\\.?\\1\\.?", Pattern.CASE_INSENSITIVE);

    private VerdictText() {}

    /** Returns the reply that {@link #read} reads as this verdict. */
    static String of(boolean equivalent) {
        return equivalent ? "[[YES]]" : "[[NO]]";
    }

    /** Returns 1 for equivalent and 0 for not equivalent; empty if the reply has no verdict. */
    static Optional<Double> read(String reply) {
        List<String> lines = ReplyLines.of(reply);
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        Matcher word = WORD.matcher(lines.get(0));
        if (lines.size() == 1 && word.matches()) {
            return value(word);
        }
        Matcher last = VERDICT.matcher(lines.get(lines.size() - 1));
        boolean alone = lines.stream().filter(line -> isVerdict(line)).count() == 1;
        return last.matches() && alone ? value(last) : Optional.empty();
    }

    private static boolean isVerdict(String line) {
        return VERDICT.matcher(line).matches() || WORD.matcher(line).matches();
    }

    private static Optional<Double> value(Matcher matched) {
        return Optional.of(matched.group(2).equalsIgnoreCase("YES") ? 1.0 : 0.0);
    }
}
