package dev.longstream.producers.rollouts;

/** The policy version that samples a group, among those that the bound on staleness allows. */
public enum SamplingVersion {
    /** The newest version, which replaces the one before even in the middle of an answer. */
    NEWEST,
    /**
     * The version under which the group was admitted, for all tokens of its answers. A worker finishes the groups of one
     * version before it takes the next version.
     */
    AS_ADMITTED;

    /**
     * Returns whether a worker under {@link #NEWEST} may decode with a version. Weights older than those that admitted an open
     * group could produce a token that is trained later than the bound on staleness allows.
     *
     * @param newestAdmitting newest version that admitted one of the worker's open groups; −1 without groups
     */
    public static boolean isFreshEnough(long version, long newestAdmitting) {
        return version >= newestAdmitting;
    }
}
