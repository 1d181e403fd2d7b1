package dev.longstream.runs.difference;

import java.util.ArrayList;
import java.util.List;

/**
 * Groups that both runs have completed, by what became of them.
 *
 * @param compared number of groups complete in both runs
 * @param keptInBoth groups that can be trained on in both
 * @param rejectedInBoth groups rejected in both
 * @param keptHere groups kept in the first run and rejected in the second
 * @param keptThere groups rejected in the first run and kept in the second
 * @param onlyHere groups complete only in the first run
 * @param onlyThere groups complete only in the second run
 * @param examples ids of some groups that one run keeps and the other rejects
 */
public record GroupDifference(
        long compared,
        long keptInBoth,
        long rejectedInBoth,
        long keptHere,
        long keptThere,
        long onlyHere,
        long onlyThere,
        List<String> examples) {

    List<String> lines(String run, String other) {
        List<String> lines = new ArrayList<>();
        lines.add("groups      " + compared + " complete in both: " + keptInBoth + " kept and " + rejectedInBoth
                + " rejected in both, " + keptHere + " kept only in " + run + ", " + keptThere + " kept only in "
                + other
                + only(onlyHere, run, onlyThere, other));
        if (!examples.isEmpty()) {
            lines.add("              e.g. " + String.join(", ", examples));
        }
        return lines;
    }

    /** Names the numbers of records that only one run has; empty if there are none. */
    static String only(long here, String run, long there, String other) {
        return (here == 0 ? "" : ", " + here + " only in " + run)
                + (there == 0 ? "" : ", " + there + " only in " + other);
    }
}
