package dev.longstream.trainer.objective;

/**
 * Sums that describe a loss; those of micro-batches add up. Shares and means are over tokens that passed the rejections,
 * unless said otherwise, and 0 where there is none.
 */
public final class LossCounts {
    private long tokens;
    private long kept;
    private long answers;
    private long keptAnswers;
    private long clipped;
    private long dualClipped;
    private long clippedAnswers;
    private long masked;
    private long weightless;
    private double weights;
    private double weightSquares;
    private double ratios;
    private double ratioMax;
    private double approximateKl;
    private double klToReference;
    private boolean negativesMasked;

    public void add(LossCounts other) {
        tokens += other.tokens;
        kept += other.kept;
        answers += other.answers;
        keptAnswers += other.keptAnswers;
        clipped += other.clipped;
        dualClipped += other.dualClipped;
        clippedAnswers += other.clippedAnswers;
        masked += other.masked;
        weightless += other.weightless;
        weights += other.weights;
        weightSquares += other.weightSquares;
        ratios += other.ratios;
        ratioMax = Math.max(ratioMax, other.ratioMax);
        approximateKl += other.approximateKl;
        klToReference += other.klToReference;
        negativesMasked |= other.negativesMasked;
    }

    /** @param keptTokens of the answer's, how many passed the rejections */
    void addAnswer(int keptTokens, boolean isClipped) {
        answers++;
        keptAnswers += keptTokens > 0 ? 1 : 0;
        clippedAnswers += isClipped ? 1 : 0;
    }

    /**
     * A token, kept or not.
     *
     * @param ratio π/μ
     * @param weight of its importance correction
     */
    void addToken(double ratio, double weight) {
        tokens++;
        ratios += ratio;
        ratioMax = Math.max(ratioMax, ratio);
        weights += weight;
        weightSquares += weight * weight;
        weightless += weight == 0 ? 1 : 0;
    }

    void addKept(Surrogate.TokenTerm term, double logRatio, boolean isMasked) {
        kept++;
        clipped += term.clipped() ? 1 : 0;
        dualClipped += term.dualClipped() ? 1 : 0;
        masked += isMasked ? 1 : 0;
        approximateKl -= logRatio;
    }

    void addKl(double value) {
        klToReference += value;
    }

    void negativesMasked(boolean now) {
        negativesMasked = now;
    }

    /** All tokens, rejected ones too. */
    public long tokens() {
        return tokens;
    }

    /** Tokens whose gradient the clip removed: (A &gt; 0 and r &gt; 1 + high) or (A &lt; 0 and r &lt; 1 − low). */
    public double clipFraction() {
        return share(clipped, kept);
    }

    /** Tokens at which the dual clip binds. */
    public double dualClipFraction() {
        return share(dualClipped, kept);
    }

    /** Answers whose first token is clipped; with the ratio of a sequence, clipped answers. Over all answers. */
    public double clippedAnswersFraction() {
        return share(clippedAnswers, answers);
    }

    /** Token mean of log π_prox − log π. */
    public double approximateKl() {
        return share(approximateKl, kept);
    }

    /** Token mean of the penalty's estimate. */
    public double klToReference() {
        return share(klToReference, kept);
    }

    /** Token mean of the importance ratio π/μ, over all tokens. */
    public double ratioMean() {
        return share(ratios, tokens);
    }

    /** The largest π/μ. */
    public double ratioMax() {
        return ratioMax;
    }

    /** Mean weight of the importance correction, over all tokens. */
    public double weightMean() {
        return share(weights, tokens);
    }

    /** Tokens whose weight is 0, over all. */
    public double weightlessShare() {
        return share(weightless, tokens);
    }

    /** (Σw)² / (n Σw²) over all tokens: which share of them the weights leave. */
    public double effectiveSampleShare() {
        return weightSquares == 0 ? 0 : weights * weights / (tokens * weightSquares);
    }

    /** Tokens that a rejection left out, over all. */
    public double rejectedShare() {
        return share(tokens - kept, tokens);
    }

    /** Answers of which no token passed the rejections, over all. */
    public double rejectedAnswersShare() {
        return share(answers - keptAnswers, answers);
    }

    /** Tokens without a policy loss because of entropy, sign or age: top-entropy, negative and off-policy sequence masks. */
    public double maskedShare() {
        return share(masked, kept);
    }

    /** Whether AEPO masked answers with a negative advantage. */
    public boolean negativesMasked() {
        return negativesMasked;
    }

    private static double share(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    private static double share(double part, long whole) {
        return whole == 0 ? 0 : part / whole;
    }
}
