package dev.longstream.policy.folder;

import dev.longstream.policy.file.PolicyFolderException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class GenerationSettingsTest {
    @TempDir
    Path folder;

    @Test
    void shouldReadWhatTheFolderStates() throws IOException {
        Files.writeString(
                folder.resolve("generation_config.json"),
                """
                {"eos_token_id": [9, 4], "bos_token_id": 1, "pad_token_id": 0, "temperature": 0.6, "top_p": 0.95, "top_k": 20}""");
        GenerationSettings settings = GenerationSettings.read(folder);
        assertThat(settings.endOfSequenceIds()).containsExactly(9, 4);
        assertThat(settings.beginOfSequence()).hasValue(1);
        assertThat(settings.padding()).hasValue(0);
        assertThat(settings.temperature()).isEqualTo(0.6);
        assertThat(settings.topP()).isEqualTo(0.95);
        assertThat(settings.topK()).isEqualTo(20);
    }

    @Test
    void shouldRestrictNothingThatTheFolderDoesNotState() {
        assertThat(GenerationSettings.read(folder))
                .isEqualTo(new GenerationSettings(
                        List.of(), OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), 1, 1, 0));
    }

    @Test
    void shouldFallBackToConfigurationAndThenToTheTokensText() throws IOException {
        // Given
        // The file names the token's text alone.
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"eos_token\": \"<end>\", \"bos_token\": \"b\"}");
        Files.writeString(
                folder.resolve("tokenizer.json"),
                """
                {"added_tokens": [{"id": 5, "content": "<end>"}], "model": {"vocab": {"a": 0, "b": 1}}}""");
        assertThat(GenerationSettings.read(folder).endOfSequenceIds()).containsExactly(5);
        assertThat(GenerationSettings.read(folder).beginOfSequence()).hasValue(1);
        // Given
        // Another file names an id as well.
        Files.writeString(folder.resolve("config.json"), "{\"eos_token_id\": 7}");
        assertThat(GenerationSettings.read(folder).endOfSequenceIds()).containsExactly(7);
    }

    @Test
    void shouldReadGreedySamplingAsOtherToolsWriteIt() throws IOException {
        Files.writeString(folder.resolve("generation_config.json"), "{\"temperature\": 0.0, \"top_k\": -1}");

        assertThat(GenerationSettings.read(folder).temperature()).isZero();
        assertThat(GenerationSettings.read(folder).topK()).isZero();
    }

    @Test
    void shouldNameEverySettingThatIsWrong() throws IOException {
        Files.writeString(
                folder.resolve("generation_config.json"),
                """
                {"eos_token_id": "x", "temperature": -1, "top_p": 2, "top_k": 0.5}""");
        assertThatThrownBy(() -> GenerationSettings.read(folder))
                .isInstanceOf(PolicyFolderException.class)
                .hasMessageContaining("eos_token_id is \"x\"")
                .hasMessageContaining("temperature is -1")
                .hasMessageContaining("top_p is 2")
                .hasMessageContaining("top_k is 0.5");
    }
}
