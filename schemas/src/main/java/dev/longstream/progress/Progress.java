package dev.longstream.progress;

/** Tells a person how long-lasting work goes on. */
public interface Progress extends AutoCloseable {
    /**
     * Begins a part of the work, e.g. the warm-up.
     *
     * @param steps in the whole part
     */
    void begin(String part, long steps);

    /**
     * Reports how much of the part is done.
     *
     * @param step of the steps that {@link #begin} announced
     * @param words figures to show beside it; may be empty
     */
    void at(long step, String words);

    /** Shows one message. */
    void say(String words);

    @Override
    void close();
}
