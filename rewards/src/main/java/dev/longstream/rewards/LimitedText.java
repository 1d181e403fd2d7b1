package dev.longstream.rewards;

/**
 * A text that a pattern may look at a limited number of times. A pattern with repetitions of the same text can take longer than
 * anybody waits; the limit ends it, since Java's patterns cannot be interrupted.
 */
final class LimitedText implements CharSequence {
    /** Number of characters that a search may read. Ordinary patterns read each a few times. */
    static final long MAX_READS = 100_000_000;

    private final CharSequence text;
    private final long[] reads;

    LimitedText(String text) {
        this(text, new long[1]);
    }

    private LimitedText(CharSequence text, long[] reads) {
        this.text = text;
        this.reads = reads;
    }

    /** Signals that a pattern has read more characters than it may. */
    static final class ExhaustedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private ExhaustedException() {
            super("it had read " + MAX_READS + " characters and had not ended; a pattern with several repetitions of"
                    + " the same text does that");
        }
    }

    @Override
    public char charAt(int index) {
        if (++reads[0] > MAX_READS) {
            throw new ExhaustedException();
        }
        return text.charAt(index);
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public boolean isEmpty() {
        return text.isEmpty();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return new LimitedText(text.subSequence(start, end), reads);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
