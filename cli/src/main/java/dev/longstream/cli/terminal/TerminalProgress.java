package dev.longstream.cli.terminal;

import dev.longstream.progress.Progress;

/** Shows progress on standard error: a bar in a terminal, plain lines elsewhere. */
public final class TerminalProgress {
    /** System property that the launcher sets to true if standard error is a terminal. */
    private static final String TERMINAL_PROPERTY = "longstream.terminal";

    private TerminalProgress() {}

    /** Returns a progress bar if standard error is a terminal, else progress lines. */
    public static Progress open() {
        return Boolean.getBoolean(TERMINAL_PROPERTY)
                ? new BarProgress(System.err)
                : new LineProgress(System.err, System::nanoTime);
    }
}
