package dev.longstream.policy.file;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a folder, so that its reader is told everything at once. */
public final class FolderProblems {
    /** Of a folder where every tensor is wrong, the first few say it all. */
    private static final int SHOWN = 40;

    private final String what;
    private final List<String> problems = new ArrayList<>();

    public FolderProblems(Object what) {
        this.what = what.toString();
    }

    public void add(String problem) {
        problems.add(problem);
    }

    /** Takes over the problems of a part. */
    public void addAll(PolicyFolderException part) {
        problems.addAll(part.problems());
    }

    public boolean any() {
        return !problems.isEmpty();
    }

    public PolicyFolderException exception() {
        if (problems.size() <= SHOWN) {
            return new PolicyFolderException(what, problems);
        }
        List<String> shown = new ArrayList<>(problems.subList(0, SHOWN));
        shown.add("and " + (problems.size() - SHOWN) + " more");
        return new PolicyFolderException(what, shown);
    }

    public void throwIfAny() {
        if (any()) {
            throw exception();
        }
    }
}
