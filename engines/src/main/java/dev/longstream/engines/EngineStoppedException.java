package dev.longstream.engines;

/** The worker stops, so that nobody waits for the engine any more. */
final class EngineStoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EngineStoppedException() {
        super("the worker stops");
    }
}
