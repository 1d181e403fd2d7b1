package dev.longstream.cli.progress;

import java.io.PrintStream;

/** Tells a person how a run goes on: a bar in a terminal, plain lines elsewhere. Never on standard output. */
public interface Progress extends AutoCloseable {
    /** Set by the launcher where standard error is a terminal. */
    String TERMINAL_PROPERTY = "longstream.terminal";

    /** A part of the run begins, e.g. the warm-up. */
    void begin(String part, long steps);

    /** So much of the part is done. */
    void at(long step, String words);

    /** Something to know, once. */
    void say(String words);

    @Override
    void close();

    /** A bar if the launcher saw a terminal, else lines. */
    static Progress of(PrintStream err) {
        return Boolean.getBoolean(TERMINAL_PROPERTY) ? new BarProgress(err) : new LineProgress(err, System::nanoTime);
    }
}
