package dev.longstream.policy.model;

import ai.djl.engine.EngineException;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Recognises failures by lack of memory and describes them in one line, which PyTorch hides in a traceback. */
public final class MemoryShortage {
    private static final Pattern TRIED = Pattern.compile("[Tt]ried to allocate ([0-9.]+ [A-Za-z]+)");
    private static final Pattern SHORTAGE =
            Pattern.compile("allocate memory|not enough memory|out of memory|bad_alloc");

    private MemoryShortage() {}

    /**
     * Describes a lack of memory in a failure or its causes.
     *
     * @return who had no memory left, and for how much; empty if the failure has another reason
     */
    public static Optional<String> in(Throwable failure) {
        Optional<String> found = Optional.empty();
        for (Throwable cause = failure; cause != null && found.isEmpty(); cause = cause.getCause()) {
            found = of(cause);
        }
        return found;
    }

    /** Describes a lack of memory in this failure alone, without its causes. */
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
