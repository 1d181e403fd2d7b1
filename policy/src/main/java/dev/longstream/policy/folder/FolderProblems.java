package dev.longstream.policy.folder;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a folder, so that its reader is told everything at once. */
final class FolderProblems {
    /** Of a folder where every tensor is wrong, the first few say it all. */
    private static final int SHOWN = 40;

    private final String what;
    private final List<String> problems = new ArrayList<>();

    FolderProblems(Object what) {
        this.what = what.toString();
    }

    void add(String problem) {
        problems.add(problem);
    }

    /** Takes over the problems of a part. */
    void addAll(PolicyFolderException part) {
        problems.addAll(part.problems());
    }

    boolean any() {
        return !problems.isEmpty();
    }

    PolicyFolderException exception() {
        if (problems.size() <= SHOWN) {
            return new PolicyFolderException(what, problems);
        }
        List<String> shown = new ArrayList<>(problems.subList(0, SHOWN));
        shown.add("and " + (problems.size() - SHOWN) + " more");
        return new PolicyFolderException(what, shown);
    }

    void throwIfAny() {
        if (any()) {
            throw exception();
        }
    }
}
