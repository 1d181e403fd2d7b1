package dev.longstream.policy.model;

import ai.djl.engine.EngineException;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells a want of memory from other failures, and says in a line what PyTorch buries in a traceback. */
public final class MemoryShortage {
    private static final Pattern TRIED = Pattern.compile("[Tt]ried to allocate ([0-9.]+ [A-Za-z]+)");
    private static final Pattern SHORTAGE =
            Pattern.compile("allocate memory|not enough memory|out of memory|bad_alloc");

    private MemoryShortage() {}

    /**
     * Looks at a failure and at what it came of.
     *
     * @return who had no memory left, and for what; empty where it failed for another reason
     */
    public static Optional<String> in(Throwable failure) {
        Optional<String> found = Optional.empty();
        for (Throwable cause = failure; cause != null && found.isEmpty(); cause = cause.getCause()) {
            found = of(cause);
        }
        return found;
    }

    /** The same of this failure alone. */
    public static Optional<String> of(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof OutOfMemoryError) {
            return Optional.of("Java has none left (" + message + ")");
        }
        if (!(failure instanceof EngineException) || !SHORTAGE.matcher(message).find()) {
            return Optional.empty();
        }
        Matcher tried = TRIED.matcher(message);
        return Optional.of("PyTorch could not allocate " + (tried.find() ? tried.group(1) : "what it needed"));
    }
}
