package dev.longstream.cli.contest;

import dev.longstream.progress.Progress;

import java.util.ArrayList;
import java.util.List;

/** Keeps what is said, and shows nothing. */
final class SilentProgress implements Progress {
    final List<String> said = new ArrayList<>();

    @Override
    public void begin(String part, long steps) {}

    @Override
    public void at(long step, String words) {}

    @Override
    public synchronized void say(String words) {
        said.add(words);
    }

    @Override
    public void close() {}
}
