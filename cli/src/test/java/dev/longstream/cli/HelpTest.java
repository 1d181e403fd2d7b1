package dev.longstream.cli;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

class HelpTest {
    static Stream<String> commands() {
        return below(commandLine());
    }

    private static Stream<String> below(CommandLine line) {
        return line.getSubcommands().values().stream()
                .flatMap(command ->
                        Stream.concat(Stream.of(command.getCommandSpec().qualifiedName()), below(command)));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void shouldShowExamplesOfTheCommandAlone(String command) {
        // When
        List<String> help = help(command);
        // Then
        assertThat(help).anyMatch(line -> line.startsWith("  " + command));
        assertThat(help)
                .noneMatch(line -> line.startsWith("  longstream train --dry-run ") && !command.endsWith("train"));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void shouldPrintNoHeadingWithoutLines(String command) {
        // Given
        List<String> help = help(command);
        // When
        List<String> empty = help.stream()
                .filter(line -> line.matches("\\S.*:"))
                .filter(line -> help.indexOf(line) + 1 >= help.size()
                        || help.get(help.indexOf(line) + 1).isBlank())
                .toList();
        // Then
        assertThat(empty).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void shouldListTheExitCodesThatEveryCommandHas(String command) {
        // Then
        assertThat(String.join("\n", help(command)))
                .contains("Exit codes:\n")
                .containsPattern("\n +0 +done\n")
                .containsPattern("\n +2 +wrong use");
    }

    private static List<String> help(String command) {
        CommandLine line = commandLine();
        for (String word : command.split(" ")) {
            line = line.getSubcommands().getOrDefault(word, line);
        }
        return line.getUsageMessage(CommandLine.Help.Ansi.OFF).lines().toList();
    }

    private static CommandLine commandLine() {
        return Longstream.commandLine(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()));
    }
}
