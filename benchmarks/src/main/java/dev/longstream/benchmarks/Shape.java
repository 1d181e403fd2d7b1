package dev.longstream.benchmarks;

/**
 * Size of a group, or of several groups on one document.
 *
 * @param promptTokens P, tokens of the prompt; with several groups, tokens of their common beginning
 * @param answers G, answers of each group
 * @param answerTokens A, tokens of each answer
 * @param questions number of groups; with several, every prompt has {@link #questionTokens} more of its own
 */
public record Shape(int promptTokens, int answers, int answerTokens, int questions) {
    private static final int QUESTION_TOKENS = 32;

    /** Creates the shape of one group. */
    public Shape(int promptTokens, int answers, int answerTokens) {
        this(promptTokens, answers, answerTokens, 1);
    }

    public Shape {
        require(questions, 1, "questions");
        require(promptTokens, 1, "prompt");
        require(answers, 1, "answers");
        require(answerTokens, 1, "answer-length");
    }

    /** Tokens of a prompt beyond the common beginning. */
    public int questionTokens() {
        return questions == 1 ? 0 : QUESTION_TOKENS;
    }

    Shape withPrompt(int tokens) {
        return new Shape(tokens, answers, answerTokens, questions);
    }

    private static void require(int value, int min, String name) {
        if (value < min) {
            throw new IllegalArgumentException(name + " is " + value + ", must be at least " + min);
        }
    }
}
