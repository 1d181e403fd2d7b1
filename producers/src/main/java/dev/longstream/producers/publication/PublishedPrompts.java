package dev.longstream.producers.publication;

import java.util.List;

/**
 * What became of a set of questions.
 *
 * @param published new on the log
 * @param alreadyThere on the log before
 * @param refused not published, one line a question: its source, its id and the reason
 * @param longest tokens of the longest prompt, published or there before; 0 where there is none
 */
public record PublishedPrompts(int published, int alreadyThere, List<String> refused, int longest) {
    public PublishedPrompts {
        refused = List.copyOf(refused);
    }

    /** Questions of the set that the log holds now. */
    public int total() {
        return published + alreadyThere;
    }
}
