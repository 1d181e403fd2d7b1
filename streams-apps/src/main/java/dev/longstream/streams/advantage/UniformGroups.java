package dev.longstream.streams.advantage;

/** Treatment of a group whose rewards are all equal, which has no gradient. */
public enum UniformGroups {
    /** Rejects the group, and another takes its place: DAPO's dynamic sampling. Every trained group has a gradient. */
    REFILL,
    /** Trains the group with advantages of 0: a step uses the groups that were sampled, whatever their rewards. */
    KEEP
}
