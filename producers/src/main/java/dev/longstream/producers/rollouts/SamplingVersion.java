package dev.longstream.producers.rollouts;

/** The policy version that samples a group, among those that the bound on staleness allows. */
public enum SamplingVersion {
    /** The newest version, which replaces the one before even in the middle of an answer. */
    NEWEST,
    /**
     * The version under which the group was admitted, for all tokens of its answers. A worker finishes the groups of one
     * version before it takes the next version.
     */
    AS_ADMITTED
}
