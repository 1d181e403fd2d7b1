package dev.longstream.testing;

import dev.longstream.progress.Progress;

import java.util.ArrayList;
import java.util.List;

/** A progress display that shows nothing and records its messages. */
public final class SilentProgress implements Progress {
    private final List<String> said = new ArrayList<>();

    @Override
    public void begin(String part, long steps) {}

    @Override
    public void at(long step, String words) {}

    @Override
    public synchronized void say(String words) {
        said.add(words);
    }

    /** Returns all messages, in order. */
    public synchronized List<String> said() {
        return List.copyOf(said);
    }

    @Override
    public void close() {}
}
