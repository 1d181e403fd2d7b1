package dev.longstream.policy.file;

import java.util.ArrayList;
import java.util.List;

/** Collects the problems of a folder, so that they are reported all at once. */
public final class FolderProblems {
    /** Maximum of problems in a message. If every tensor is wrong, the first few suffice. */
    private static final int MAX_SHOWN = 40;

    private final String what;
    private final List<String> problems = new ArrayList<>();

    /**
     * Creates an empty collection.
     *
     * @param what folder or file, for the message
     */
    public FolderProblems(Object what) {
        this.what = what.toString();
    }

    /** Adds a problem: one sentence with file, value found and value expected. */
    public void add(String problem) {
        problems.add(problem);
    }

    /** Adds the problems of a part of the folder. */
    public void addAll(PolicyFolderException part) {
        problems.addAll(part.problems());
    }

    /** Tells whether there is any problem. */
    public boolean any() {
        return !problems.isEmpty();
    }

    /** Creates the exception with all problems, or the first of very many. */
    public PolicyFolderException exception() {
        if (problems.size() <= MAX_SHOWN) {
            return new PolicyFolderException(what, problems);
        }
        List<String> shown = new ArrayList<>(problems.subList(0, MAX_SHOWN));
        shown.add("and " + (problems.size() - MAX_SHOWN) + " more");
        return new PolicyFolderException(what, shown);
    }

    /**
     * Throws if there is any problem.
     *
     * @throws PolicyFolderException with all problems
     */
    public void throwIfAny() {
        if (any()) {
            throw exception();
        }
    }
}
