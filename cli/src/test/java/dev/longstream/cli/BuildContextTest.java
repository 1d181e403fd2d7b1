package dev.longstream.cli;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/** Checks which files of the checkout an image is built from: {@code .dockerignore} leaves out the others. */
class BuildContextTest {
    private static final Pattern MODULE = Pattern.compile("<module>(.+)</module>");

    @Test
    void shouldSendEveryModuleButNoOutputsToTheImage() throws IOException {
        // Given
        List<String> modules = MODULE.matcher(Files.readString(Path.of("../pom.xml")))
                .results()
                .map(found -> found.group(1))
                .toList();
        // When
        List<PathMatcher> ignored = Files.readAllLines(Path.of("../.dockerignore")).stream()
                .map(line -> FileSystems.getDefault().getPathMatcher("glob:" + line))
                .toList();
        // Then
        assertThat(modules).contains("runs").noneMatch(module -> matches(ignored, module));
        assertThat(matches(ignored, "outputs")).isTrue();
    }

    private static boolean matches(List<PathMatcher> ignored, String path) {
        return ignored.stream().anyMatch(pattern -> pattern.matches(Path.of(path)));
    }
}
