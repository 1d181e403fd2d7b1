package dev.longstream.rewards.rules;

import java.util.List;
import java.util.Map;

/** Compares an output with the golds by rule. Implementations are pure and give every string a verdict. */
public interface RuleReward {
    /**
     * Scores one output.
     *
     * @param output the model's whole text, its thought included
     * @param golds accepted answers as bare values; equality with one of them is enough
     * @param options multiple choice: letter to option text; empty: options A to D, whose texts are not known
     * @param thinkingExpected true where the chat template opened a thought; an output that never closes it was cut off
     */
    RuleVerdict score(String output, List<String> golds, Map<String, String> options, boolean thinkingExpected);
}
