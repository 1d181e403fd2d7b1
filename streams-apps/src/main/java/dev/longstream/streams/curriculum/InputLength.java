package dev.longstream.streams.curriculum;

import dev.longstream.record.Question;

/** Which tokens of a prompt a phase's range counts. */
public enum InputLength {
    /** All that is rendered, chat template and instructions included: what QwenLong-L1's released code counts. */
    TEMPLATED,
    /** Question and documents alone: |x| + |c| of Eq 9. */
    CONTENT;

    /** @throws IllegalStateException if the prompt was published without a count of its content */
    public int of(Question question) {
        if (this == TEMPLATED) {
            return question.getInputTokens();
        }
        Integer content = question.getContentTokens();
        if (content == null) {
            throw new IllegalStateException("Prompt " + question.getPromptId()
                    + " says nothing of its content's tokens (it was published by an older program), but input-length"
                    + " is content; publish the prompts again, or count templated tokens");
        }
        return content;
    }
}
