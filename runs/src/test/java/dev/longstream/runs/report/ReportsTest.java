package dev.longstream.runs.report;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

class ReportsTest {
    @Test
    void shouldReadAndKeepTheReportOfRelease010(@TempDir Path folder) throws IOException {
        // Given
        try (InputStream released = ReportsTest.class.getResourceAsStream("/releases/report-0.1.0.json")) {
            Files.write(Reports.file(folder), released.readAllBytes());
        }
        // When
        RunReport report = Reports.in(folder).orElseThrow();
        Reports.write(folder, report);
        // Then
        assertThat(report.learning().steps()).isEqualTo(8);
        assertThat(report.learning().phases()).extracting(phase -> phase.name()).containsExactly("short", "long");
        assertThat(Reports.in(folder)).contains(report);
    }
}
