package dev.longstream.policy.sampling;

/**
 * The beginning of a prompt that has been read.
 *
 * @param segment holds the prompt's keys and values
 * @param entry   index of the prompt in the segment
 * @param columns number of the prompt's tokens that belong to this prefix
 */
record Prefix(Segment segment, int entry, int columns) {
    boolean isBeside(Prefix other) {
        return segment == other.segment && entry == other.entry;
    }

    Prefix upTo(int most) {
        return new Prefix(segment, entry, Math.min(columns, most));
    }
}
