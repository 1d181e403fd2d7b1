package dev.longstream.runs.monitoring;

import dev.longstream.log.Role;
import org.jspecify.annotations.Nullable;

import java.util.Optional;

/** A role that does nothing and is as its fields say. */
public final class FakeRole implements Role {
    private final String name;

    @Nullable
    Throwable failure;

    @Nullable
    String waitsFor;

    private long heartbeat;

    public FakeRole(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void start() {}

    @Override
    public boolean finished() {
        return false;
    }

    /** Lets the role do a piece of its work. */
    public void work() {
        heartbeat++;
    }

    @Override
    public long heartbeat() {
        return heartbeat;
    }

    @Override
    public long restarts() {
        return 2;
    }

    @Override
    public Optional<String> waitsFor() {
        return Optional.ofNullable(waitsFor);
    }

    @Override
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public void close() {}
}
