package dev.longstream.cli.terminal;

import dev.longstream.cli.logging.LogFormat;
import dev.longstream.progress.Progress;

import java.io.PrintStream;
import java.util.Map;

/** Shows progress on standard error: a bar in a terminal, plain lines elsewhere. */
public final class TerminalProgress {
    /** System property that the launcher sets to true if standard error is a terminal. */
    private static final String TERMINAL_PROPERTY = "longstream.terminal";

    private TerminalProgress() {}

    /** Returns a progress bar if standard error is a terminal, else progress lines; lines of the log in the form JSON. */
    public static Progress open() {
        if (LogFormat.used() == LogFormat.JSON) {
            return new LineProgress(System.err, System::nanoTime);
        }
        return of(System.err, Boolean.getBoolean(TERMINAL_PROPERTY), System.getenv());
    }

    /**
     * A bar in a terminal, and lines elsewhere.
     *
     * @param terminal whether {@code err} is a terminal
     * @param environment {@code TERM} names the terminal, where nothing and {@code dumb} cannot move the cursor; a
     *     {@code NO_COLOR} that is not empty asks for a bar without colours
     */
    static Progress of(PrintStream err, boolean terminal, Map<String, String> environment) {
        String name = environment.getOrDefault("TERM", "");
        if (!terminal || name.isEmpty() || name.equals("dumb")) {
            return new LineProgress(err, System::nanoTime);
        }
        return new BarProgress(err, environment.getOrDefault("NO_COLOR", "").isEmpty());
    }
}
