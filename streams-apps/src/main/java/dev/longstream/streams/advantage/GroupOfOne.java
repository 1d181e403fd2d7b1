package dev.longstream.streams.advantage;

/** What becomes of a group in which a single answer has a reward. */
public enum GroupOfOne {
    /** It has nothing to be compared with: advantage 0, and the group is rejected. */
    ZERO,
    /** Its baseline is 0 and its deviation 1, as in verl and in QwenLong-L1's released code: it is trained on its reward. */
    REWARD
}
