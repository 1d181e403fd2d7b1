package dev.longstream.cli;

import dev.longstream.cli.DocumentedCommands.DocumentedCommand;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

class DocumentedCommandsTest {
    static List<DocumentedCommand> documented() {
        return DocumentedCommands.ofDocuments();
    }

    static List<DocumentedCommand> examplesOfHelp() {
        List<DocumentedCommand> commands = new ArrayList<>();
        commandLines(commandLine()).forEach(line -> {
            String footer =
                    String.join("\n", line.getCommandSpec().usageMessage().footer());
            DocumentedCommands.lines(footer.replace("\\\\", "\\"))
                    .forEach(example -> DocumentedCommands.add(
                            commands, line.getCommandSpec().qualifiedName() + " --help", example, true));
        });
        return commands;
    }

    @ParameterizedTest
    @MethodSource({"documented", "examplesOfHelp"})
    void shouldBeACommandLineThatLongstreamTakes(DocumentedCommand command) {
        // When
        String problem = problem(command);
        // Then
        assertThat(problem).as(command.toString()).isEmpty();
    }

    private static String problem(DocumentedCommand command) {
        try {
            commandLine().parseArgs(command.words().toArray(String[]::new));
            return "";
        } catch (MissingParameterException e) {
            return command.isWhole() ? String.valueOf(e.getMessage()) : "";
        } catch (ParameterException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static Stream<CommandLine> commandLines(CommandLine line) {
        return Stream.concat(
                Stream.of(line), line.getSubcommands().values().stream().flatMap(DocumentedCommandsTest::commandLines));
    }

    private static CommandLine commandLine() {
        return Longstream.commandLine(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()));
    }
}
