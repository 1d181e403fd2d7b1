package dev.longstream.progress;

/** Shows a person the progress of long work. */
public interface Progress extends AutoCloseable {
    /**
     * Begins a part of the work, e.g. the warm-up.
     *
     * @param part name of the part
     * @param steps number of steps in the part
     */
    void begin(String part, long steps);

    /**
     * Reports that a step of the current part is done.
     *
     * @param step number of steps done, up to the number that {@link #begin} announced
     * @param words figures to show beside it; may be empty
     */
    void at(long step, String words);

    /** Shows one message. */
    void say(String words);

    @Override
    void close();
}
