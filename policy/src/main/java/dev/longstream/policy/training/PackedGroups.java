package dev.longstream.policy.training;

import java.util.Arrays;
import java.util.List;

/**
 * Groups laid out side by side, one row each: a prompt padded to P tokens, then its answers one after the other, padded together to N. An
 * answer's last token predicts nothing and is left out; its first one is predicted by the prompt's last.
 *
 * <pre>
 * row:      p p p p p · · · a a a b b c c c c · ·          T = P + N
 * position: 0 1 2 3 4       5 6 7 5 6 5 6 7 8
 * </pre>
 *
 * <p>{@code tokens} and {@code positions} are (B, T), {@code owners} (B, N): which answer a token belongs to, -1 for padding. {@code
 * predictors} (B, 1 + N) are the tokens that predict, as indices into B · T: the prompt's last one, then the answers' columns. Of M answer
 * tokens of all groups, in order, {@code rows} says who of the predictors predicts it, and {@code targets} which token it was.
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
record PackedGroups(
        List<PromptAnswers> groups,
        int promptWidth,
        int answerWidth,
        long[] tokens,
        long[] positions,
        long[] owners,
        long[] promptLengths,
        long[] predictors,
        long[] rows,
        long[] targets) {

    static PackedGroups of(List<PromptAnswers> groups) {
        int promptWidth = 0;
        int answerWidth = 0;
        int targetCount = 0;
        for (PromptAnswers group : groups) {
            int inputs = 0;
            for (int[] answer : group.answers()) {
                inputs += Math.max(answer.length - 1, 0);
                targetCount += answer.length;
            }
            promptWidth = Math.max(promptWidth, group.prompt().length);
            answerWidth = Math.max(answerWidth, inputs);
        }
        int size = groups.size();
        PackedGroups packed = new PackedGroups(
                groups,
                promptWidth,
                answerWidth,
                new long[size * (promptWidth + answerWidth)],
                new long[size * (promptWidth + answerWidth)],
                new long[size * answerWidth],
                new long[size],
                new long[size * (1 + answerWidth)],
                new long[targetCount],
                new long[targetCount]);
        packed.fill();
        return packed;
    }

    private void fill() {
        Arrays.fill(owners, -1);
        int target = 0;
        for (int g = 0; g < groups.size(); g++) {
            int[] prompt = groups.get(g).prompt();
            int start = g * width();
            int firstPredictor = g * (1 + answerWidth);
            promptLengths[g] = prompt.length;
            predictors[firstPredictor] = start + prompt.length - 1L;
            for (int i = 0; i < answerWidth; i++) {
                predictors[firstPredictor + 1 + i] = (long) start + promptWidth + i;
            }
            for (int t = 0; t < prompt.length; t++) {
                tokens[start + t] = prompt[t];
                positions[start + t] = t;
            }
            int column = 0;
            List<int[]> answers = groups.get(g).answers();
            for (int a = 0; a < answers.size(); a++) {
                int[] answer = answers.get(a);
                int predictedBy = firstPredictor;
                for (int t = 0; t < answer.length; t++) {
                    rows[target] = predictedBy;
                    targets[target] = answer[t];
                    target++;
                    if (t < answer.length - 1) {
                        int at = start + promptWidth + column;
                        tokens[at] = answer[t];
                        positions[at] = (long) prompt.length + t;
                        owners[g * answerWidth + column] = a;
                        column++;
                        predictedBy = firstPredictor + column;
                    }
                }
            }
        }
    }

    int size() {
        return groups.size();
    }

    /** T */
    int width() {
        return promptWidth + answerWidth;
    }

    /** M */
    int targetCount() {
        return targets.length;
    }

    /** (M) to prompt, answer, token. */
    float[][][] unpack(float[] values) {
        float[][][] unpacked = new float[groups.size()][][];
        int next = 0;
        for (int g = 0; g < unpacked.length; g++) {
            List<int[]> answers = groups.get(g).answers();
            unpacked[g] = new float[answers.size()][];
            for (int a = 0; a < unpacked[g].length; a++) {
                int length = answers.get(a).length;
                unpacked[g][a] = Arrays.copyOfRange(values, next, next + length);
                next += length;
            }
        }
        return unpacked;
    }

    /**
     * Prompt, answer, token to (M).
     *
     * @throws IllegalArgumentException when there is not one value for each token
     */
    float[] pack(float[][][] values) {
        float[] packed = new float[targetCount()];
        int next = 0;
        requireCount("prompts", values.length, groups.size());
        for (int g = 0; g < values.length; g++) {
            List<int[]> answers = groups.get(g).answers();
            requireCount("answers of prompt " + g, values[g].length, answers.size());
            for (int a = 0; a < values[g].length; a++) {
                int length = answers.get(a).length;
                requireCount("tokens of answer " + a + " of prompt " + g, values[g][a].length, length);
                System.arraycopy(values[g][a], 0, packed, next, length);
                next += length;
            }
        }
        return packed;
    }

    private static void requireCount(String what, int found, int expected) {
        if (found != expected) {
            throw new IllegalArgumentException(
                    "the gradient of the loss is given for " + found + " " + what + ", expected " + expected);
        }
    }
}
