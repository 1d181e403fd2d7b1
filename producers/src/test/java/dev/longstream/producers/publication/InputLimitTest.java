package dev.longstream.producers.publication;

import org.junit.jupiter.api.Test;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class InputLimitTest {
    private final InputLimit limit = new InputLimit(100, 120, Map.of("train", 30, "held-out", 20));

    @Test
    void shouldRefuseAPromptOrAPromptWithItsAnswerThatIsTooLong() {
        assertThat(limit.refusal(90, "train")).isEmpty();
        assertThat(limit.refusal(91, "train"))
                .contains("has 91 tokens and an answer may have 30, but the model has 120 positions");
        assertThat(limit.refusal(100, "held-out")).isEmpty();
        assertThat(limit.refusal(101, "held-out")).contains("has 101 tokens, the limit is 100");
        assertThat(new InputLimit(100, 100, Map.of()).refusal(100, "train")).isEmpty();
    }
}
