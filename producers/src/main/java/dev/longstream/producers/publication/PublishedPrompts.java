package dev.longstream.producers.publication;

import java.util.List;

/**
 * Result of publishing a set of questions.
 *
 * @param published questions newly written to the log
 * @param alreadyThere questions that the log already had
 * @param refused questions that were not published, one line each: source, id and reason
 * @param tooLong number of the refused questions that are too long
 * @param longest length of the longest prompt in tokens, new or not; 0 if there is none
 */
public record PublishedPrompts(int published, int alreadyThere, List<String> refused, int tooLong, int longest) {
    public PublishedPrompts {
        refused = List.copyOf(refused);
    }

    /** Number of questions of the set that are on the log now. */
    public int total() {
        return published + alreadyThere;
    }
}
