package dev.longstream.rewards;

import dev.longstream.record.Question;
import dev.longstream.record.RewardComponent;

/**
 * Scores one answer: the built-in rules, or a plug-in that takes their place. A plug-in is a public class with a public
 * constructor without arguments, named in {@code META-INF/services/dev.longstream.rewards.Reward} of a jar on the class
 * path or in the folder {@code scoring.plug-in.folder}; {@code scoring.plug-in.name} selects it.
 *
 * <p>An implementation must be a pure function of its arguments, since a replay must give equal rewards. Several
 * threads may call it at once. It must not block, because scoring waits for it. An exception leaves the answer without
 * a reward, which is not a reward of 0.
 */
public interface Reward {
    /** Returns the name by which a configuration selects this reward. */
    String name();

    /**
     * Scores one answer to a question.
     *
     * @param text the whole completion, thought and special tokens included
     * @return value and reason, with the compared text in {@code extracted}, which the judge receives; a null value
     *     means that the question's golds cannot be read
     */
    RewardComponent of(Question question, String text);
}
