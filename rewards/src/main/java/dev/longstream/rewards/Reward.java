package dev.longstream.rewards;

import dev.longstream.record.Question;
import dev.longstream.record.RewardComponent;

/**
 * What an answer is worth: the built-in rules, or a plug-in that takes their place. A plug-in is a public class with a public constructor
 * without arguments, named in {@code META-INF/services/dev.longstream.rewards.Reward} of a jar on the class path or in the
 * folder that {@code scoring.plug-in.folder} names; {@code scoring.plug-in.name} chooses it.
 *
 * <p>It must be a pure function of its arguments, or a replay gives other rewards; several threads may call it at once, and it should
 * not wait for anything: scoring stands still meanwhile. What it throws is no reward of 0: the answer has no reward then.
 */
public interface Reward {
    /** By which a configuration chooses it. */
    String name();

    /**
     * @param text the whole completion, thought and special tokens included
     * @return value and why, with what was compared as {@code extracted}, which a judge is shown; a null value says that the
     *     question's golds cannot be read
     */
    RewardComponent of(Question question, String text);
}
