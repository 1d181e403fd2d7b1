package dev.longstream.cli.terminal;

import dev.longstream.cli.logging.LogFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.function.Consumer;

/**
 * Shows on standard error, in a form for people, a command's words, its progress and the failure that ends it. The log has them
 * too. In the form JSON standard error has the log's lines only.
 */
public final class Shown {
    /** Its lines go to files; in the form JSON to standard error too. See {@code logback-text.xml} and {@code logback-json.xml}. */
    private static final Logger LOG = LoggerFactory.getLogger("dev.longstream.shown");

    private Shown() {}

    /** Shows words and writes them to the log. */
    public static void words(String words, Consumer<String> terminal) {
        LOG.info("{}", words);
        show(words, terminal);
    }

    /** Shows that a person stopped the command, and writes it to the log as a warning. */
    public static void interruption(String message, Consumer<String> terminal) {
        LOG.warn("{}", message);
        show(message, terminal);
    }

    /** Shows the failure that ends a command, and writes it to the log with its stack trace. */
    public static void failure(String message, Throwable failure, Consumer<String> terminal) {
        LOG.error("{}", message, failure);
        show(message, terminal);
    }

    private static void show(String words, Consumer<String> terminal) {
        if (LogFormat.used() == LogFormat.TEXT) {
            terminal.accept(words);
        }
    }
}
