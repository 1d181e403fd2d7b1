package dev.longstream.benchmarks;

/**
 * The size of a group, or of several on one document.
 *
 * @param promptTokens P; of several, what their prompts have in common
 * @param answers      G, of every group
 * @param answerTokens A, of every answer
 * @param questions    groups; of several, every prompt goes on with {@link #questionTokens} of its own
 */
public record Shape(int promptTokens, int answers, int answerTokens, int questions) {
    private static final int QUESTION_TOKENS = 32;

    /** One group. */
    public Shape(int promptTokens, int answers, int answerTokens) {
        this(promptTokens, answers, answerTokens, 1);
    }

    public Shape {
        require(questions, 1, "questions");
        require(promptTokens, 1, "prompt");
        require(answers, 1, "answers");
        require(answerTokens, 1, "answer-length");
    }

    /** Tokens of a prompt that no other begins with. */
    public int questionTokens() {
        return questions == 1 ? 0 : QUESTION_TOKENS;
    }

    Shape withPrompt(int tokens) {
        return new Shape(tokens, answers, answerTokens, questions);
    }

    private static void require(int value, int least, String name) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + ", must be at least " + least);
        }
    }
}
