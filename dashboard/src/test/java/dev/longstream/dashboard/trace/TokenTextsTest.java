package dev.longstream.dashboard.trace;

import dev.longstream.policy.folder.Tokenizer;
import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class TokenTextsTest {
    private static final Path SHIPPED = Path.of("../models/quickstart/tokenizer.json");

    @Test
    void shouldSplitTheTextOfTokensWithoutLosingACharacter() {
        try (Tokenizer tokenizer = Tokenizer.open(SHIPPED)) {
            // Given
            int[] tokens = tokenizer.encode("The home of Zora South Fargo . the answer is Ghent . <|end|>");
            // When
            List<String> texts = TokenTexts.of(tokenizer, tokens);
            // Then
            assertThat(texts).hasSize(tokens.length);
            assertThat(String.join("", texts)).isEqualTo(tokenizer.decode(tokens, true));
            assertThat(texts.get(1)).isEqualTo(" home");
        }
    }
}
