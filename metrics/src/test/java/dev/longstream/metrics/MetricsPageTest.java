package dev.longstream.metrics;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

class MetricsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "metrics.md");

    @Test
    void shouldBeThePageThatIsCheckedIn() throws IOException {
        // Given
        String page = MetricsPage.write();
        if (Boolean.getBoolean("longstream.write-docs")) {
            Files.writeString(PAGE, page);
        }
        // Then
        assertThat(PAGE)
                .as("docs/metrics.md is out of date; run this test with -Dlongstream.write-docs=true")
                .hasContent(page);
    }

    @Test
    void shouldNameEveryMetricOnce() {
        // Then
        assertThat(MetricCatalogue.all()).extracting(Metric::name).doesNotHaveDuplicates();
    }

    @Test
    void shouldExplainEveryMetricInSentences() {
        // Then
        assertThat(MetricCatalogue.all()).extracting(Metric::meaning).allMatch(text -> text.matches("[0-9A-Z].*\\."));
    }
}
