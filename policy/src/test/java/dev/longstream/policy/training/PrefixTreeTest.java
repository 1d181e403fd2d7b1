package dev.longstream.policy.training;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

class PrefixTreeTest {
    private static final int[] DOCUMENT = IntStream.range(0, 50).toArray();

    @Test
    void shouldComputeWhatPromptsBeginWithOnce() {
        PrefixTree tree = PrefixTree.of(List.of(
                prompt(DOCUMENT, 101, 20, new int[3]),
                prompt(DOCUMENT, 102, 30, new int[4], new int[1]),
                prompt(new int[0], 103, 40, new int[2])));
        assertThat(shape(tree.roots())).isEqualTo("[0..50 [0..20+50 ending 0] [0..30+50 ending 1]] [0..40 ending 2]");
        assertThat(tree.tokens()).isEqualTo(50 + 20 + 2 + 30 + 3 + 40 + 1);
    }

    @Test
    void shouldGoAsDeepAsPromptsHaveInCommon() {
        int[] question = prompt(DOCUMENT, 7, 20).prompt();
        PrefixTree tree = PrefixTree.of(List.of(
                prompt(question, 8, 20, new int[2]),
                prompt(question, 9, 20, new int[2]),
                prompt(DOCUMENT, 6, 20, new int[2])));
        assertThat(shape(tree.roots()))
                .isEqualTo("[0..50 [0..20+50 ending 2] [0..20+50 [0..20+70 ending 0] [0..20+70 ending 1]]]");
    }

    @Test
    void shouldKnowOnePromptTwiceAndOneThatGoesOn() {
        PrefixTree tree = PrefixTree.of(List.of(
                prompt(DOCUMENT, 0, 0, new int[2]),
                prompt(DOCUMENT, 6, 3, new int[2]),
                prompt(DOCUMENT, 0, 0, new int[2])));
        assertThat(shape(tree.roots())).isEqualTo("[0..50 ending 0 2 [0..3+50 ending 1]]");
    }

    @Test
    void shouldNotShareALittleNorComputePromptsWithoutAnswers() {
        PrefixTree tree = PrefixTree.of(List.of(
                prompt(new int[15], 6, 3, new int[2]),
                prompt(new int[15], 7, 3, new int[2]),
                prompt(new int[15], 8, 3, new int[0])));
        assertThat(tree.tokens()).isEqualTo(2 * (18 + 1));
    }

    private static PromptAnswers prompt(int[] prefix, int token, int count, int[]... answers) {
        return new PromptAnswers(
                IntStream.concat(
                                IntStream.of(prefix),
                                IntStream.generate(() -> token).limit(count))
                        .toArray(),
                List.of(answers));
    }

    /** Nodes as [length+depth ending groups children]. */
    private static String shape(List<PrefixTree.Node> nodes) {
        List<String> shapes = new ArrayList<>();
        for (PrefixTree.Node node : nodes) {
            String shape = "[0.." + (node.to() - node.from()) + (node.from() > 0 ? "+" + node.from() : "");
            if (!node.ending().isEmpty()) {
                shape += " ending " + node.ending().toString().replaceAll("[\\[\\],]", "");
            }
            shapes.add(shape + (node.children().isEmpty() ? "" : " " + shape(node.children())) + "]");
        }
        return String.join(" ", shapes);
    }
}
