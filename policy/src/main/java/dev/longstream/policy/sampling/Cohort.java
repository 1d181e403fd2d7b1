package dev.longstream.policy.sampling;

import ai.djl.ndarray.NDArray;

import java.util.ArrayList;
import java.util.List;

/**
 * Groups whose prompts were read together. Their answers are decoded together from then on, so all unfinished ones have the same length; what
 * is longer or shorter beside them, in other cohorts, costs nothing here.
 */
final class Cohort {
    private final Segment segment;
    private final List<AnswerGroup> groups;
    private List<Answer> answers;
    private NDArray own;

    /**
     * @param groups one an entry of the segment
     * @param own    (layers, 2, answers, keyValueHeads, A, headSize), the answers' keys and values, in order
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

    /** By group, then by sample. */
    List<Answer> answers() {
        return answers;
    }

    NDArray own() {
        return own;
    }

    long ownBytes() {
        return own.size() * Float.BYTES;
    }

    /** Of the segments that answers share: their own, and that of the prefix. */
    long sharedBytes() {
        Prefix prefix = segment.prefix();
        return segment.bytes() + (prefix == null ? 0 : prefix.segment().bytes());
    }

    /** Tokens of every answer, and columns of their own that are filled. */
    int filled() {
        return answers.get(0).length();
    }

    /** The segment's entries whose groups have answers left. */
    int[] liveEntries() {
        return answers.stream().mapToInt(this::entry).distinct().toArray();
    }

    int entry(Answer answer) {
        return groups.indexOf(answer.group());
    }

    AnswerGroup group(int entry) {
        return groups.get(entry);
    }

    /** @param ownOfKept keys and values of the answers that are kept; takes the place of those so far */
    void keep(List<Answer> kept, NDArray ownOfKept) {
        own.close();
        answers = List.copyOf(kept);
        own = ownOfKept;
    }

    void close() {
        own.close();
    }
}
