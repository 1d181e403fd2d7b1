package dev.longstream.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Command lines of Longstream that documents show, in code blocks and within sentences. */
final class DocumentedCommands {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(?:sh|console|text)\\n(.*?)^```");
    private static final Pattern SPAN = Pattern.compile("`((?:\\./)?longstream [^`]*)`");
    private static final Pattern START = Pattern.compile("^(?:\\$ )?(?:\\./)?longstream +(.*)");
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|([^\\s'\"]+)");
    private static final Path REPOSITORY = Path.of("..");

    private DocumentedCommands() {}

    /**
     * A command line of Longstream as a document shows it.
     *
     * @param place document that shows it
     * @param text the line as printed
     * @param words arguments, as a shell would hand them over
     * @param isWhole false: a sentence names the command and may leave out what it needs
     */
    record DocumentedCommand(String place, String text, List<String> words, boolean isWhole) {
        @Override
        public String toString() {
            return place + ": " + text;
        }
    }

    /** Commands of README and every document but the lab notebook, which keeps what was typed then. */
    static List<DocumentedCommand> ofDocuments() {
        List<DocumentedCommand> commands = new ArrayList<>();
        for (Path document : documents()) {
            String place = REPOSITORY.relativize(document).toString();
            String text = read(document);
            BLOCK.matcher(text).results().forEach(block -> lines(block.group(1))
                    .forEach(line -> add(commands, place, line, true)));
            SPAN.matcher(text).results().forEach(span -> add(commands, place, span.group(1), false));
        }
        return commands;
    }

    /** The command of one line, if it is one of Longstream. */
    static void add(List<DocumentedCommand> commands, String place, String line, boolean isWhole) {
        Matcher start = START.matcher(line.strip());
        if (start.matches()) {
            commands.add(new DocumentedCommand(place, line.strip(), words(start.group(1)), isWhole));
        }
    }

    /** Lines of a script; a line that ends with a backslash goes on in the next. */
    static List<String> lines(String script) {
        return script.replaceAll("\\\\\\n\\s*", " ").lines().toList();
    }

    /** Splits like a shell, up to a comment, a pipe, a redirection or the next command. */
    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(line);
        while (matcher.find()) {
            String plain = matcher.group(3);
            if (plain != null && plain.matches("#.*|\\||>.*|&&?|;")) {
                break;
            }
            String word = plain != null ? plain : matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
            words.add(word.equals("N") ? "1" : word); // stands for a number
        }
        return words;
    }

    private static List<Path> documents() {
        try (Stream<Path> files = Stream.concat(Files.list(REPOSITORY), Files.walk(REPOSITORY.resolve("docs")))) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !file.startsWith(REPOSITORY.resolve("docs/lab")))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path document) {
        try {
            return Files.readString(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
