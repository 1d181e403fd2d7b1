package dev.longstream.policy.sampling;

/**
 * The beginning of a prompt that has been read.
 *
 * @param segment where its keys and values are
 * @param entry   which of the segment's prompts
 * @param columns how many of that prompt's tokens
 */
record Prefix(Segment segment, int entry, int columns) {
    boolean isBeside(Prefix other) {
        return segment == other.segment && entry == other.entry;
    }

    Prefix upTo(int most) {
        return new Prefix(segment, entry, Math.min(columns, most));
    }
}
