package dev.longstream.files;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class JsonLinesTest {
    @Test
    void shouldReadAndAppendLinesWhenTheLastOneWasCutOffInsideACharacter(@TempDir Path folder) throws Exception {
        // Given
        Path file = folder.resolve("answers.jsonl");
        byte[] whole = "{\"answer\":\"Zoë\"}\n{\"answer\":\"Zoë".getBytes(StandardCharsets.UTF_8);
        Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        JsonLines lines = new JsonLines(file);
        // When
        lines.add(List.of(JsonLines.JSON.createObjectNode().put("answer", "Ada")));
        // Then
        assertThat(lines.read())
                .extracting(line -> line.path("answer").asText())
                .containsExactly("Zoë", "Ada");
        assertThat(lines.brokenLines()).isEqualTo(1);
    }
}
