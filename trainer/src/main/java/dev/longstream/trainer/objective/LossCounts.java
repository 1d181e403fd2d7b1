package dev.longstream.trainer.objective;

/**
 * Sums that describe a loss; the sums of micro-batches add up. Unless stated otherwise, shares and means are over the
 * tokens that pass the rejections. They are 0 without such tokens.
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
        negativesMasked = other.negativesMasked; // AEPO has one loss an update, and the next one starts from its state
    }

    /**
     * Adds one answer.
     *
     * @param keptTokens number of the answer's tokens that pass the rejections
     * @param isClipped whether the answer's first token is clipped
     */
    void addAnswer(int keptTokens, boolean isClipped) {
        answers++;
        keptAnswers += keptTokens > 0 ? 1 : 0;
        clippedAnswers += isClipped ? 1 : 0;
    }

    /**
     * Adds one token, rejected or not.
     *
     * @param ratio π/μ of the token
     * @param weight weight of the token's importance correction
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

    /** Returns the number of tokens, rejected ones included. */
    public long tokens() {
        return tokens;
    }

    /**
     * Returns the fraction of tokens whose gradient the clip removed: (A &gt; 0 and r &gt; 1 + high) or (A &lt; 0 and r
     * &lt; 1 − low).
     */
    public double clipFraction() {
        return share(clipped, kept);
    }

    /** Returns the fraction of tokens whose loss the dual clip limits. */
    public double dualClipFraction() {
        return share(dualClipped, kept);
    }

    /**
     * Returns the fraction of answers whose first token is clipped, over all answers. With one ratio per answer, these
     * are the clipped answers.
     */
    public double clippedAnswersFraction() {
        return share(clippedAnswers, answers);
    }

    /** Returns the mean of log π_prox − log π over tokens, in nats. */
    public double approximateKl() {
        return share(approximateKl, kept);
    }

    /** Returns the mean of the KL penalty's estimate over tokens, in nats. */
    public double klToReference() {
        return share(klToReference, kept);
    }

    /** Returns the mean of the importance ratio π/μ over all tokens. */
    public double ratioMean() {
        return share(ratios, tokens);
    }

    /** Returns the largest importance ratio π/μ. */
    public double ratioMax() {
        return ratioMax;
    }

    /** Returns the mean weight of the importance correction over all tokens. */
    public double weightMean() {
        return share(weights, tokens);
    }

    /** Returns the fraction of all tokens whose importance weight is 0. */
    public double weightlessShare() {
        return share(weightless, tokens);
    }

    /** Returns the effective sample share of the importance weights over all tokens, (Σw)² / (n Σw²), from 0 to 1. */
    public double effectiveSampleShare() {
        return weightSquares == 0 ? 0 : weights * weights / (tokens * weightSquares);
    }

    /** Returns the fraction of all tokens that a rejection left out. */
    public double rejectedShare() {
        return share(tokens - kept, tokens);
    }

    /** Returns the fraction of all answers in which no token passed the rejections. */
    public double rejectedAnswersShare() {
        return share(answers - keptAnswers, answers);
    }

    /**
     * Returns the fraction of tokens without a policy loss because of entropy, sign or age: top-entropy, negative and
     * off-policy sequence masks.
     */
    public double maskedShare() {
        return share(masked, kept);
    }

    /** Returns whether AEPO masked answers with a negative advantage in the part that was added last. */
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
