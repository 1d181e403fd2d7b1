package dev.longstream.policy.file;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** A model folder, or a file of one, that cannot be used: every problem at once, each with file, found and expected. */
public final class PolicyFolderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    /**
     * @param what     the folder or file that was asked for
     * @param problems one sentence each, naming file, tensor or key, what was found and what was expected
     */
    public PolicyFolderException(String what, List<String> problems) {
        this(what, problems, null);
    }

    public PolicyFolderException(String what, List<String> problems, @Nullable Throwable cause) {
        super(message(what, problems), cause);
        this.problems = List.copyOf(problems);
    }

    public PolicyFolderException(String what, String problem, @Nullable Throwable cause) {
        this(what, List.of(problem), cause);
    }

    /** The problems of the message, one by one. */
    public List<String> problems() {
        return problems;
    }

    private static String message(String what, List<String> problems) {
        return problems.size() == 1
                ? what + ": " + problems.get(0)
                : what + ": " + problems.size() + " problems\n  - " + String.join("\n  - ", problems);
    }
}
