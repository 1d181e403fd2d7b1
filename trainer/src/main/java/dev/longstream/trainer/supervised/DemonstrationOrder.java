package dev.longstream.trainer.supervised;

/** In which order the warm-up imitates demonstrations. */
public enum DemonstrationOrder {
    /** Each pass over them shuffled by the run's seed. */
    SHUFFLED,
    /** As they were published, so that what comes first on the log is learned first. */
    AS_PUBLISHED
}
