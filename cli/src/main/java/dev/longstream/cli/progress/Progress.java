package dev.longstream.cli.progress;

import java.io.PrintStream;
import java.util.Map;

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

    /** A bar if the launcher saw a terminal that can move its cursor, else lines. */
    static Progress of(PrintStream err) {
        return of(err, Boolean.getBoolean(TERMINAL_PROPERTY), System.getenv());
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
