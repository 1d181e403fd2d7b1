package dev.longstream.trainer.batch;

import dev.longstream.policy.training.PrefixTree;
import dev.longstream.policy.training.PromptAnswers;
import dev.longstream.trainer.batch.MicroBatches.Slice;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

class MicroBatchesTest {
    @Property(tries = 300)
    void shouldHoldEveryAnswerOnceAndStayWithinTheBudget(
            @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 1, max = 60) Integer> promptLengths,
            @ForAll @IntRange(min = 1, max = 8) int answers,
            @ForAll @IntRange(min = 20, max = 300) int budget) {
        // Given
        List<PromptAnswers> rows = new ArrayList<>();
        promptLengths.forEach(length -> rows.add(row(length, answers, 1 + length % 7)));
        // When
        List<List<Slice>> parts = MicroBatches.cut(rows, budget);
        // Then
        Set<String> seen = new HashSet<>();
        for (List<Slice> part : parts) {
            boolean single = part.size() == 1 && part.get(0).to() - part.get(0).from() == 1;
            assertThat(single || tokens(rows, part) <= budget).isTrue();
            for (Slice slice : part) {
                for (int answer = slice.from(); answer < slice.to(); answer++) {
                    assertThat(seen.add(slice.row() + "/" + answer)).isTrue();
                }
            }
        }
        assertThat(seen).hasSize(rows.size() * answers);
    }

    @Test
    void shouldPutPromptsThatBeginAlikeTogetherAndCountTheirDocumentOnce() {
        // Given
        // Two questions refer to each of two documents.
        List<PromptAnswers> rows = List.of(question(1, 7), question(2, 7), question(1, 8), question(2, 8));
        // When
        // There is room for a document of 100, two questions of 20 and two answers of 5. The last token of an answer
        // predicts nothing.
        List<List<Slice>> parts = MicroBatches.cut(rows, 100 + 2 * (20 + 4));
        // Then
        assertThat(parts)
                .containsExactly(
                        List.of(new Slice(0, 0, 1), new Slice(2, 0, 1)),
                        List.of(new Slice(1, 0, 1), new Slice(3, 0, 1)));
    }

    private static PromptAnswers question(int document, int question) {
        int[] prompt = new int[120];
        Arrays.fill(prompt, 0, 100, document);
        Arrays.fill(prompt, 100, 120, question);
        return new PromptAnswers(prompt, List.of(new int[5]));
    }

    @Test
    void shouldCutALargeRowBetweenItsAnswers() {
        List<List<Slice>> parts = MicroBatches.cut(List.of(row(10, 4, 20)), 50);
        assertThat(parts).containsExactly(List.of(new Slice(0, 0, 2)), List.of(new Slice(0, 2, 4)));
    }

    private static long tokens(List<PromptAnswers> rows, List<Slice> part) {
        return PrefixTree.of(part.stream()
                        .map(slice -> new PromptAnswers(
                                rows.get(slice.row()).prompt(),
                                rows.get(slice.row()).answers().subList(slice.from(), slice.to())))
                        .toList())
                .tokens();
    }

    private static PromptAnswers row(int prompt, int answers, int answerLength) {
        List<int[]> all = new ArrayList<>();
        for (int answer = 0; answer < answers; answer++) {
            all.add(new int[answerLength]);
        }
        return new PromptAnswers(new int[prompt], all);
    }
}
