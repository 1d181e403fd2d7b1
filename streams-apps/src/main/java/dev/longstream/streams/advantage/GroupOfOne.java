package dev.longstream.streams.advantage;

/** Treatment of a group in which only one answer has a reward. */
public enum GroupOfOne {
    /** The advantage is 0 and the group is rejected, because there is nothing to compare with. */
    ZERO,
    /** The advantage is the reward: baseline 0 and deviation 1, as in verl and in QwenLong-L1's released code. */
    REWARD
}
