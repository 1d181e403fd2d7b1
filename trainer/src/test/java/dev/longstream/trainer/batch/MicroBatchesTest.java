package dev.longstream.trainer.batch;

import dev.longstream.policy.training.PromptAnswers;
import dev.longstream.trainer.batch.MicroBatches.Slice;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
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
    void shouldPutRowsOfSimilarLengthTogether() {
        // Given
        List<PromptAnswers> rows = List.of(row(100, 1, 5), row(10, 1, 5), row(90, 1, 5), row(12, 1, 5));
        // When
        List<List<Slice>> parts = MicroBatches.cut(rows, 210);
        // Then
        assertThat(parts)
                .containsExactly(
                        List.of(new Slice(1, 0, 1), new Slice(3, 0, 1)),
                        List.of(new Slice(2, 0, 1), new Slice(0, 0, 1)));
    }

    @Test
    void shouldCutALargeRowBetweenItsAnswers() {
        List<List<Slice>> parts = MicroBatches.cut(List.of(row(10, 4, 20)), 55);
        assertThat(parts).containsExactly(List.of(new Slice(0, 0, 2)), List.of(new Slice(0, 2, 4)));
    }

    private static long tokens(List<PromptAnswers> rows, List<Slice> part) {
        long prompt = 0;
        long answers = 0;
        for (Slice slice : part) {
            PromptAnswers row = rows.get(slice.row());
            prompt = Math.max(prompt, row.prompt().length);
            long own = 0;
            for (int answer = slice.from(); answer < slice.to(); answer++) {
                own += row.answers().get(answer).length;
            }
            answers = Math.max(answers, own);
        }
        return part.size() * (prompt + answers);
    }

    private static PromptAnswers row(int prompt, int answers, int answerLength) {
        List<int[]> all = new ArrayList<>();
        for (int answer = 0; answer < answers; answer++) {
            all.add(new int[answerLength]);
        }
        return new PromptAnswers(new int[prompt], all);
    }
}
