package dev.longstream.benchmarks;

/**
 * One group's size.
 *
 * @param promptTokens P
 * @param answers      G
 * @param answerTokens A, of every answer
 */
public record Shape(int promptTokens, int answers, int answerTokens) {
    public Shape {
        require(promptTokens, 1, "prompt");
        require(answers, 1, "answers");
        require(answerTokens, 1, "answer-length");
    }

    private static void require(int value, int least, String name) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + ", must be at least " + least);
        }
    }
}
