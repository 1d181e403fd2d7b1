package dev.longstream.policy.sampling;

import ai.djl.ndarray.NDArray;

import java.util.ArrayList;
import java.util.List;

/**
 * Groups whose prompts were read together. Their answers are decoded together from then on, so all unfinished ones have
 * the same length. Other cohorts, with longer or shorter answers, add no padding here.
 */
final class Cohort {
    private final Segment segment;
    private final List<AnswerGroup> groups;
    private List<Answer> answers;
    private NDArray own;

    /**
     * Creates a cohort whose answers are empty.
     *
     * @param groups one for each entry of the segment, in its order
     * @param own    keys and values of the answers, in order: (layers, 2, answers, keyValueHeads, own columns,
     *     headSize)
     */
    Cohort(Segment segment, List<AnswerGroup> groups, NDArray own) {
        this.segment = segment;
        this.groups = List.copyOf(groups);
        this.answers = new ArrayList<>();
        for (AnswerGroup group : groups) {
            for (int sample = 0; sample < group.request().samples(); sample++) {
                answers.add(new Answer(group, sample));
            }
        }
        this.own = own;
    }

    Segment segment() {
        return segment;
    }

    /** Returns the unfinished answers, by group, then by sample. */
    List<Answer> answers() {
        return answers;
    }

    NDArray own() {
        return own;
    }

    long ownBytes() {
        return own.size() * Float.BYTES;
    }

    /** Returns the bytes of the segments that answers share: the cohort's own, and that of the prefix. */
    long sharedBytes() {
        Prefix prefix = segment.prefix();
        return segment.bytes() + (prefix == null ? 0 : prefix.segment().bytes());
    }

    /** Returns the number of tokens of every answer, which is also the number of filled columns of {@code own}. */
    int filled() {
        return answers.get(0).length();
    }

    /** Returns the segment's entries whose groups have unfinished answers, ascending. */
    int[] liveEntries() {
        return answers.stream().mapToInt(this::entry).distinct().toArray();
    }

    int entry(Answer answer) {
        return groups.indexOf(answer.group());
    }

    AnswerGroup group(int entry) {
        return groups.get(entry);
    }

    /**
     * Drops all answers but those in {@code kept}.
     *
     * @param ownOfKept keys and values of the answers that stay; replaces {@code own}
     */
    void keep(List<Answer> kept, NDArray ownOfKept) {
        own.close();
        answers = List.copyOf(kept);
        own = ownOfKept;
    }

    void close() {
        own.close();
    }
}
