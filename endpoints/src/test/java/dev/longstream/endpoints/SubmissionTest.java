package dev.longstream.endpoints;

import dev.longstream.policy.sampling.PartialAnswer;
import org.junit.jupiter.api.Test;

import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;

class SubmissionTest {
    @Test
    void shouldKeepOnlyTheLongestFormOfEachAnswerWhenNobodyReads() throws InterruptedException {
        // Given
        try (Submission submission = new Submission(true)) {
            AnswerEvent other = decoded(1, 1);
            AnswerEvent longest = decoded(0, 3);
            // When
            submission.put(decoded(0, 1));
            submission.put(other);
            submission.put(decoded(0, 2));
            submission.put(longest);
            // Then
            assertThat(submission.next(Duration.ZERO)).isSameAs(other);
            assertThat(submission.next(Duration.ZERO)).isSameAs(longest);
            assertThat(submission.next(Duration.ZERO)).isNull();
        }
    }

    private static AnswerEvent decoded(int sample, int tokens) {
        return new AnswerEvent.Decoded(new PartialAnswer("request", sample, new int[tokens], new float[tokens]));
    }
}
