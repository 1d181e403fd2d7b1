package dev.longstream.runs.preparation;

import dev.longstream.trainer.supervised.SupervisedProgress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class WarmUpFiguresTest {
    @Test
    void shouldReadLinesOfAnotherRelease(@TempDir Path folder) throws IOException {
        // Given
        Files.writeString(
                folder.resolve("warm-up.jsonl"),
                """
                {"step":1,"totalSteps":4,"loss":4.1,"probability":0.02,"gradientNorm":3.1,"learningRate":1.0E-5,"tokens":160}
                {"step":2,"totalSteps":4,"loss":4.0,"tokens":170,"seconds":0.5,"validationLoss":null,"entropy":1.5}
                """);
        // When
        List<SupervisedProgress> read = new WarmUpFigures(folder).read();
        // Then
        assertThat(read).extracting(SupervisedProgress::loss).containsExactly(4.1, 4.0);
        assertThat(read).extracting(SupervisedProgress::seconds).containsExactly(0.0, 0.5);
    }
}
