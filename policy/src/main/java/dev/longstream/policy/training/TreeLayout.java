package dev.longstream.policy.training;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A {@link PrefixTree} laid out in one row, every node before its children and answers; nothing is padded. An answer's
 * last token predicts nothing and is left out; its prompt's last token predicts its first one.
 *
 * <pre>
 * a document (d), two questions (q, r), two answers to the first (a, b), one to the second (a)
 * row:      d d d d q q a a b b b r r a a
 * position: 0 1 2 3 4 5 6 7 6 7 8 4 5 6 7
 * </pre>
 *
 * <p>T tokens have {@code tokens} and {@code positions}. Of these, Q predict: {@code predictors} are their places in
 * the row, in the same order. For each of M answer tokens, by prompt, answer and token, {@code rows} has the index of
 * its predictor, and {@code targets} the token. {@code inner} is the attention plan of all layers but the last,
 * {@code last} that of the last one, whose queries are the predictors alone.
 */
final class TreeLayout {
    private final List<PromptAnswers> groups;
    private final LongStream.Builder tokens = LongStream.builder();
    private final LongStream.Builder positions = LongStream.builder();
    private final LongStream.Builder predictors = LongStream.builder();
    private final AttentionPlan inner = new AttentionPlan();
    private final AttentionPlan last = new AttentionPlan();
    private final int[] firstTargets;
    private final long[] rows;
    private final long[] targets;
    private int width;
    private int predictorCount;

    TreeLayout(PrefixTree tree) {
        groups = tree.groups();
        firstTargets = new int[groups.size()];
        int count = 0;
        for (int g = 0; g < firstTargets.length; g++) {
            firstTargets[g] = count;
            for (int[] answer : groups.get(g).answers()) {
                count += answer.length;
            }
        }
        rows = new long[count];
        targets = new long[count];
        tree.roots().forEach(this::add);
    }

    private void add(PrefixTree.Node node) {
        int from = width;
        int firstPredictor = predictorCount;
        for (int t = node.from(); t < node.to(); t++) {
            addToken(node.prompt()[t], t);
        }
        int to = width;
        inner.causal(from, from, to - from);
        if (!node.ending().isEmpty()) {
            addPredictor(to - 1);
        }
        for (int group : node.ending()) {
            addAnswers(group, firstPredictor);
        }
        node.children().forEach(this::add);
        if (width > to) {
            inner.rectangle(to, width, from, to);
        }
        last.rectangle(firstPredictor, predictorCount, from, to);
    }

    private void addAnswers(int group, int ofPrompt) {
        int target = firstTargets[group];
        int promptLength = groups.get(group).prompt().length;
        for (int[] answer : groups.get(group).answers()) {
            int from = width;
            int firstPredictor = predictorCount;
            for (int t = 0; t < answer.length; t++) {
                rows[target] = t == 0 ? ofPrompt : predictorCount - 1;
                targets[target] = answer[t];
                target++;
                if (t < answer.length - 1) {
                    addPredictor(width);
                    addToken(answer[t], promptLength + t);
                }
            }
            if (width > from) {
                inner.causal(from, from, width - from);
                last.causal(firstPredictor, from, width - from);
            }
        }
    }

    private void addToken(int token, int position) {
        tokens.add(token);
        positions.add(position);
        width++;
    }

    private void addPredictor(int place) {
        predictors.add(place);
        predictorCount++;
    }

    /** Returns T, the number of tokens in the row. */
    int width() {
        return width;
    }

    /** Returns Q, the number of tokens that predict an answer token. */
    int predictorCount() {
        return predictorCount;
    }

    /** Returns M, the number of answer tokens. */
    int targetCount() {
        return targets.length;
    }

    long[] tokens() {
        return tokens.build().toArray();
    }

    long[] positions() {
        return positions.build().toArray();
    }

    long[] predictors() {
        return predictors.build().toArray();
    }

    long[] rows() {
        return rows;
    }

    long[] targets() {
        return targets;
    }

    AttentionPlan inner() {
        return inner;
    }

    AttentionPlan last() {
        return last;
    }

    /** Converts values of shape (M) to float[prompt][answer][token]. */
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
     * Converts float[prompt][answer][token] to values of shape (M).
     *
     * @throws IllegalArgumentException if a value is missing or one is too many
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
                    "the gradient of the loss has " + found + " " + what + ", expected " + expected);
        }
    }
}
