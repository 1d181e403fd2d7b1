package dev.longstream.benchmarks.simulation;

/** Rule that decides which groups a gradient step takes, and when. */
public enum SchedulingPolicy {
    /** Longstream with {@code max-staleness: 0}: all devices sample a batch, then all of them train on it. */
    IN_TURNS("in turns", true),
    /** Longstream: groups in the order of their admission; nothing is discarded for its age. */
    STRICT_ORDER("strict order (Longstream)", true),
    /** The first complete groups, whatever their age; other systems sample and train like this. */
    FIRST_READY("first ready, all trained", false),
    /** The first complete groups; those with a token older than the bound are discarded. */
    FIRST_READY_BOUNDED("first ready, old ones dropped", false);

    private final String words;
    private final boolean strict;

    SchedulingPolicy(String words, boolean strict) {
        this.words = words;
        this.strict = strict;
    }

    /** Returns the name for people. */
    public String words() {
        return words;
    }

    boolean isStrict() {
        return strict;
    }
}
