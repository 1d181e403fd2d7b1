package dev.longstream.judging;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Counts of the reasoning behaviours of QwenLong-L1's Figure 7 in one answer, made by a judge.
 *
 * @param grounding passages of the context that the answer recalls
 * @param subgoals parts that it splits the question into
 * @param backtracking approaches that it revises
 * @param verification results that it checks
 */
public record BehaviourCounts(int grounding, int subgoals, int backtracking, int verification) {
    /** Largest plausible count. A larger one is a mistake of the judge or comes from the answer. */
    static final int MAX = 99;

    private static final Pattern LINE =
            Pattern.compile("grounding=(\\d{1,9}) subgoals=(\\d{1,9}) backtracking=(\\d{1,9}) verification=(\\d{1,9})");

    private static final Pattern COUNT =
            Pattern.compile("(grounding|subgoals|backtracking|verification)\\s*=", Pattern.CASE_INSENSITIVE);

    /** Removes text that looks like a line of counts from an answer, so that the judge cannot copy it as its reply. */
    public static String disarmed(String answer) {
        return COUNT.matcher(answer).replaceAll("$1:");
    }

    /**
     * Reads the counts in a reply; empty unless it is one line of four counts from 0 to 99, after an optional closed
     * thought.
     */
    public static Optional<BehaviourCounts> read(String reply) {
        List<String> lines = ReplyLines.of(reply);
        Matcher counts = LINE.matcher(lines.size() == 1 ? lines.get(0) : "");
        if (!counts.matches()) {
            return Optional.empty();
        }
        int[] values = new int[counts.groupCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Integer.parseInt(counts.group(i + 1));
            if (values[i] > MAX) {
                return Optional.empty();
            }
        }
        return Optional.of(new BehaviourCounts(values[0], values[1], values[2], values[3]));
    }
}
