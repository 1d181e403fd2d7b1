package dev.longstream.streams.curriculum;

import dev.longstream.record.Question;

/** Tokens of a prompt that count for a phase's range of lengths. */
public enum InputLength {
    /**
     * All tokens of the rendered prompt, chat template and instructions included, as in QwenLong-L1's released code.
     */
    TEMPLATED,
    /** Tokens of question and documents only: |x| + |c| of Eq 9. */
    CONTENT;

    /**
     * Returns the length of a prompt in tokens.
     *
     * @throws IllegalStateException if the prompt was published without the number of its content tokens
     */
    public int of(Question question) {
        if (this == TEMPLATED) {
            return question.getInputTokens();
        }
        Integer content = question.getContentTokens();
        if (content == null) {
            throw new IllegalStateException("Prompt " + question.getPromptId()
                    + " has no number of content tokens, because an older version published it, but input-length is"
                    + " content; publish the prompts again, or set input-length to templated");
        }
        return content;
    }
}
