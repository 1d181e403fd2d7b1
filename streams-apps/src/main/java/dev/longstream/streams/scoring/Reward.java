package dev.longstream.streams.scoring;

import dev.longstream.record.Question;
import dev.longstream.record.RewardComponent;

/** What an answer is worth. A pure function of its arguments, total for any text. */
@FunctionalInterface
interface Reward {
    /**
     * @param text the whole completion, thought and special tokens included
     * @return value 0 to 1 and why; a null value says that the question's golds cannot be read
     */
    RewardComponent of(Question question, String text);
}
