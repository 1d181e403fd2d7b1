package dev.longstream.policy.file;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Signals that a model folder or one of its files cannot be used, with all problems: file, value found, value expected.
 */
public final class PolicyFolderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    /**
     * Creates an exception with several problems.
     *
     * @param what the folder or file
     * @param problems one sentence each, with file, tensor or key, value found and value expected
     */
    public PolicyFolderException(String what, List<String> problems) {
        this(what, problems, null);
    }

    /** Creates an exception with several problems and the failure that caused them. */
    public PolicyFolderException(String what, List<String> problems, @Nullable Throwable cause) {
        super(message(what, problems), cause);
        this.problems = List.copyOf(problems);
    }

    /** Creates an exception with one problem and the failure that caused it. */
    public PolicyFolderException(String what, String problem, @Nullable Throwable cause) {
        this(what, List.of(problem), cause);
    }

    /** Returns the problems, one sentence each. */
    public List<String> problems() {
        return problems;
    }

    private static String message(String what, List<String> problems) {
        return problems.size() == 1
                ? what + ": " + problems.get(0)
                : what + ": " + problems.size() + " problems\n  - " + String.join("\n  - ", problems);
    }
}
