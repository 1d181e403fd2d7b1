package dev.longstream.trainer.supervised;

/** Order in which the warm-up imitates demonstrations. */
public enum DemonstrationOrder {
    /** Every pass is shuffled anew, by the run's seed. */
    SHUFFLED,
    /** The order on the log, so that demonstrations published first are learned first. */
    AS_PUBLISHED
}
