package dev.longstream.runs.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

class ConfigurationPageTest {
    private static final Path PAGE = Path.of("..", "docs", "configuration.md");

    @Test
    void shouldBeThePageThatIsCheckedIn() throws IOException {
        // Given
        String page = new ConfigurationPage().write();
        if (Boolean.getBoolean("longstream.write-docs")) {
            Files.writeString(PAGE, page);
        }
        // Then
        assertThat(PAGE)
                .as("docs/configuration.md is out of date; run this test with -Dlongstream.write-docs=true")
                .hasContent(page);
    }

    @Test
    void shouldExplainEveryKeyThatADryRunPrints() {
        // Given
        Set<String> printed = new LinkedHashSet<>();
        collect("", new ConfigurationLoader().load().tree(), printed);
        ConfigurationPage page = new ConfigurationPage();
        // When
        page.write();
        // Then
        assertThat(printed).allSatisfy(path -> assertThat(page.keys())
                .as(path)
                .anyMatch(key -> key.equals(path) || key.startsWith(path + "."))); // a section that is null by default
    }

    private static void collect(String path, JsonNode node, Set<String> leaves) {
        if (node instanceof ObjectNode keys && !keys.isEmpty()) {
            keys.properties()
                    .forEach(entry -> collect(
                            path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(), entry.getValue(), leaves));
        } else {
            leaves.add(path);
        }
    }
}
