package dev.longstream.it;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the {@code sh} blocks of README and the tutorial as printed, one after another in one shell, in a copy of what ships.
 * Environment variables make the runs short. It takes minutes, so it runs only when asked for:
 * {@code mvn verify -Dlongstream.run-documents=true}.
 */
@EnabledIfSystemProperty(named = "longstream.run-documents", matches = "true")
class DocumentedScriptsTest {
    private static final Path REPOSITORY = Path.of("..");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```");
    private static final int PATIENCE_MINUTES = 15;

    /** Settings of every run: enough imitation that answers of a group differ in reward, then two gradient steps. */
    private static final Map<String, String> SHORT_RUNS = Map.of(
            "LONGSTREAM_DEMONSTRATIONS_SOURCES",
            "[{generate: {count: 1600, longer-than: 24, up-to: 96, fact-share: 0.7, seed: 3}, quoting-share: 0.8}]",
            "LONGSTREAM_WARM_UP_STEPS",
            "50",
            "LONGSTREAM_STEPS",
            "2",
            "LONGSTREAM_BATCH_SIZE",
            "2");

    /** Settings of README's run alone, which has no configuration file of its own. */
    private static final String SMALL_QUICKSTART =
            """
            export LONGSTREAM_PROMPTS_TRAIN='[{generate: {count: 64, longer-than: 24, up-to: 96, fact-share: 0.7, seed: 1}}]'
            export LONGSTREAM_PROMPTS_HELD_OUT='[{generate: {count: 20, longer-than: 32, up-to: 96, fact-share: 0.7, seed: 901}}]'
            export LONGSTREAM_PHASES='[{name: short, longer-than: 24, up-to: 96, steps: 2}]'
            """;

    private static final String WHOLE_TUTORIAL =
            "unset LONGSTREAM_PROMPTS_TRAIN LONGSTREAM_PROMPTS_HELD_OUT LONGSTREAM_PHASES\n";

    @TempDir
    Path copy;

    @Test
    void shouldRunTheCommandsOfReadmeAndTutorialAsPrinted() throws Exception {
        // Given
        copyWhatShips();
        String script = "set -euvo pipefail\n" + SMALL_QUICKSTART + blocks("README.md") + WHOLE_TUTORIAL
                + blocks("docs/tutorial.md");
        // When
        Path output = copy.resolve("output.txt");
        Process shell = shell(script, output);
        boolean ended = shell.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
        shell.descendants().forEach(ProcessHandle::destroy);
        shell.destroy();
        // Then
        String printed = Files.readString(output);
        assertThat(ended).as(printed).isTrue();
        assertThat(shell.exitValue()).as(printed).isZero();
        assertThat(printed)
                .contains("Run tutorial, seed 1, 2 gradient steps", "the answer names", "\"name\":\"judge\"")
                .contains("it closes");
        assertThat(copy.resolve("outputs/tutorial/plot.svg")).exists();
    }

    private Process shell(String script, Path output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", script)
                .directory(copy.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        Map<String, String> environment = builder.environment();
        environment.putAll(SHORT_RUNS);
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("LONGSTREAM_CLASSPATH", System.getProperty("java.class.path"));
        environment.put("LONGSTREAM_HEAP", "512m");
        environment.put("LONGSTREAM_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1");
        environment.merge(
                "PATH",
                Path.of(System.getProperty("java.home"), "bin").toString(),
                (path, java) -> java + File.pathSeparator + path);
        return builder.start();
    }

    private static String blocks(String document) throws IOException {
        return BLOCK.matcher(Files.readString(REPOSITORY.resolve(document)))
                .results()
                .map(block -> block.group(1))
                .collect(Collectors.joining("\n"));
    }

    private void copyWhatShips() throws IOException {
        for (String part : List.of("longstream", "examples", "models")) {
            Path from = REPOSITORY.resolve(part);
            try (Stream<Path> files = Files.walk(from)) {
                for (Path file : files.toList()) {
                    Path target =
                            copy.resolve(part).resolve(from.relativize(file).toString());
                    if (Files.isDirectory(file)) {
                        Files.createDirectories(target);
                    } else {
                        Files.copy(file, part.equals("longstream") ? copy.resolve(part) : target);
                    }
                }
            }
        }
        Path classPath = Files.createDirectories(copy.resolve("cli/target")).resolve("classpath.txt");
        Files.writeString(classPath, System.getProperty("java.class.path"));
    }
}
