package dev.longstream.judging;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How often an answer shows each reasoning behaviour of QwenLong-L1's Figure 7, as a judge counts them.
 *
 * @param grounding passages of the context it recalls
 * @param subgoals parts it breaks the question into
 * @param backtracking approaches it revises
 * @param verification results it checks
 */
public record BehaviourCounts(int grounding, int subgoals, int backtracking, int verification) {
    /** What is above is a slip of the judge, or words of the answer. */
    static final int MOST = 99;

    private static final Pattern LINE =
            Pattern.compile("grounding=(\\d{1,9}) subgoals=(\\d{1,9}) backtracking=(\\d{1,9}) verification=(\\d{1,9})");

    private static final Pattern COUNT =
            Pattern.compile("(grounding|subgoals|backtracking|verification)\\s*=", Pattern.CASE_INSENSITIVE);

    /** An answer without what our counts are made of: a judge must not find its reply in it. */
    public static String disarmed(String answer) {
        return COUNT.matcher(answer).replaceAll("$1:");
    }

    /** Empty where the reply, a closed thought in front left out, is not one line of four counts from 0 to 99. */
    public static Optional<BehaviourCounts> read(String reply) {
        List<String> lines = ReplyLines.of(reply);
        Matcher counts = LINE.matcher(lines.size() == 1 ? lines.get(0) : "");
        if (!counts.matches()) {
            return Optional.empty();
        }
        int[] values = new int[counts.groupCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Integer.parseInt(counts.group(i + 1));
            if (values[i] > MOST) {
                return Optional.empty();
            }
        }
        return Optional.of(new BehaviourCounts(values[0], values[1], values[2], values[3]));
    }
}
