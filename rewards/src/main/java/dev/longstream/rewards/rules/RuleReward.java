package dev.longstream.rewards.rules;

import java.util.List;
import java.util.Map;

/** A rule that compares what a model wrote with what is right. Pure, and total: any string has a verdict. */
public interface RuleReward {
    /**
     * Scores one output.
     *
     * @param output           the model's whole text, its thought included
     * @param golds            accepted answers, bare values; one that equals is enough
     * @param options          multiple choice: letter to the option's text; empty: A to D, of which only the letters are known
     * @param thinkingExpected true where the chat template opened a thought, so that an output that closes none was cut inside it
     */
    RuleVerdict score(String output, List<String> golds, Map<String, String> options, boolean thinkingExpected);
}
