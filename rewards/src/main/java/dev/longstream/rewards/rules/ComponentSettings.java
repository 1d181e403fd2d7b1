package dev.longstream.rewards.rules;

import dev.longstream.config.Problems;
import org.jspecify.annotations.Nullable;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Rewards and penalties added to the answer's. A score keeps each component under its name; the reward is
 *
 * <pre>answer + w_f·format + w_c·F_β + w_a·answer·F_β + w_l·length</pre>
 *
 * @param format reward for matching a pattern
 * @param citation reward for citing the right passages
 * @param length penalty on long completions
 */
public record ComponentSettings(FormatSettings format, CitationSettings citation, LengthSettings length) {
    /** No components: every weight is 0. */
    public static final ComponentSettings DEFAULT = new ComponentSettings(
            new FormatSettings(null, 0), new CitationSettings(null, 2, 0, 0), new LengthSettings(0, 0, 0));

    public ComponentSettings {
        Problems problems = new Problems("components");
        checkFormat(format, problems);
        checkCitation(citation, problems);
        problems.require(length.weight() >= 0, "length.weight is %s, must not be negative", length.weight())
                .require(
                        length.weight() == 0 || (length.from() >= 0 && length.from() < length.to()),
                        "length.from is %d tokens and length.to is %d, expected 0 <= from < to",
                        length.from(),
                        length.to())
                .require(
                        length.weight() > 0 || (length.to() == 0 && length.from() == 0),
                        "length.weight is 0, so that length.from and length.to have no effect; set length.weight")
                .throwIfAny();
    }

    private static void checkFormat(FormatSettings format, Problems problems) {
        problems.require(
                        problem(format.pattern()).isEmpty(),
                        "format.pattern is not a regular expression: %s",
                        problem(format.pattern()))
                .require(
                        (format.pattern() == null) == (format.weight() == 0),
                        "format.weight is %s and format.pattern is %s, expected both or neither",
                        format.weight(),
                        String.valueOf(format.pattern()));
    }

    private static void checkCitation(CitationSettings citation, Problems problems) {
        String problem = problem(citation.pattern());
        problems.require(problem.isEmpty(), "citation.pattern is not a regular expression: %s", problem)
                .require(
                        !problem.isEmpty() || citation.pattern() == null || groups(citation.pattern()) >= 1,
                        "citation.pattern is %s, which has no group; its first group must match the cited ids",
                        String.valueOf(citation.pattern()))
                .require(citation.beta() > 0, "citation.beta is %s, must be positive", citation.beta())
                .require(
                        (citation.pattern() == null) == (citation.weight() == 0 && citation.withAnswer() == 0),
                        "citation has weights %s and %s and pattern %s, expected a pattern and a weight, or neither",
                        citation.weight(),
                        citation.withAnswer(),
                        String.valueOf(citation.pattern()));
    }

    private static String problem(@Nullable String pattern) {
        try {
            Pattern.compile(pattern == null ? "" : pattern);
            return "";
        } catch (PatternSyntaxException e) {
            return e.getDescription() + " in " + e.getPattern();
        }
    }

    private static int groups(String pattern) {
        return Pattern.compile(pattern).matcher("").groupCount();
    }
}
