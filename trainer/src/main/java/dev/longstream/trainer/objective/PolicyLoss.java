package dev.longstream.trainer.objective;

import java.util.Arrays;

/**
 * Computes the loss of {@link LossSettings}, for every objective:
 *
 * <pre>
 * loss = Σ_t weight_t · ( m_t · w_t · ℓ_t + β · kl_t )  −  η · Σ_t bonus_t · H_t
 * </pre>
 *
 * <p>The sum is over the tokens that pass the {@link Rejection}s. ℓ is a {@link Surrogate} of the ratio to the {@link Proximal}
 * policy, w the weight of the {@link ImportanceCorrection}, m the mask of {@link EntropyTerm} and {@link NegativeMask}, weight
 * the factor of the {@link Aggregation}.
 */
final class PolicyLoss implements Objective {
    private final LossSettings settings;
    private final Surrogate surrogate;
    private final boolean ofSequence;
    private final double clamp;

    PolicyLoss(LossSettings settings) {
        this.settings = settings;
        this.surrogate = settings.surrogate();
        this.ofSequence = surrogate.ratio() == RatioLevel.SEQUENCE;
        this.clamp = settings.clamp();
    }

    @Override
    public boolean needsWholeBatch() {
        return settings.filter().leavesDenominator()
                || settings.correction().batchNormalise()
                || settings.entropy().topShare() < 1
                || settings.masks().negatives().present();
    }

    @Override
    public boolean needsReference() {
        return settings.kl().present();
    }

    @Override
    public Loss evaluate(LossInputs inputs) {
        return new Evaluation(inputs).loss();
    }

    /** Evaluates the loss of one set of inputs; arrays have the ragged shape (N, C). */
    private final class Evaluation {
        private final LossInputs inputs;
        private final boolean[][] kept;
        private final double[][] weights;
        private final double entropyThreshold;
        private final boolean[][] negatives;
        private final double tokens;
        private final double answers;
        private final double bonusTokens;
        private final double[][] gradient;
        private final LossCounts counts = new LossCounts();
        private double value;

        Evaluation(LossInputs inputs) {
            this.inputs = inputs;
            this.kept = Rejection.kept(settings.filter().rejections(), inputs, clamp);
            this.weights = settings.correction().weights(inputs, clamp);
            this.entropyThreshold = settings.entropy().threshold(inputs.entropies(), kept);
            boolean masks = settings.masks().negatives().masks(inputs.negativesMasked(), meanEntropy());
            counts.negativesMasked(masks);
            this.negatives = settings.masks().negatives().masked(inputs.advantages(), inputs.entropies(), kept, masks);
            boolean leave = settings.filter().leavesDenominator();
            long rejectedAnswers = Arrays.stream(kept)
                    .filter(answer -> answer.length > 0 && count(answer) == 0)
                    .count();
            this.tokens = inputs.batchTokens() - (leave ? rejectedTokens() : 0);
            this.answers = inputs.batchAnswers() - (leave ? rejectedAnswers : 0);
            this.bonusTokens = settings.entropy().topShare() < 1 ? tokensAboveThreshold() : tokens;
            this.gradient = new double[inputs.answers()][];
        }

        Loss loss() {
            for (int answer = 0; answer < gradient.length; answer++) {
                gradient[answer] = new double[inputs.current()[answer].length];
                addAnswer(answer);
            }
            double[][] ofEntropies = entropyBonus(); // adds to the value
            return new Loss(value, gradient, ofEntropies, counts);
        }

        /** Adds the losses of an answer's tokens to the value, and their gradients. */
        private void addAnswer(int answer) {
            AnswerRatios ratios = AnswerRatios.of(
                    surrogate,
                    inputs.current()[answer],
                    inputs.proximal()[answer],
                    inputs.advantages()[answer],
                    kept[answer]);
            double weight = weight(answer);
            boolean offPolicy = isOffPolicy(answer);
            double throughMean = 0; // d loss / d mean log ratio
            boolean firstClipped = false;
            for (int token = 0; token < kept[answer].length; token++) {
                counts.addToken(behaviourRatio(answer, token), weights[answer][token]);
                if (!kept[answer][token]) {
                    continue;
                }
                double logRatio = ratios.used(surrogate.ratio(), token);
                Surrogate.TokenTerm term = term(answer, token, logRatio, ratios.keptTokens());
                boolean masked = isMasked(answer, token, offPolicy);
                double factor = masked ? 0 : weight * weights[answer][token];
                double throughRatio = Math.abs(logRatio) > clamp ? 0 : factor * term.throughRatio();
                value += factor == 0 ? 0 : factor * term.value();
                gradient[answer][token] += factor * term.direct() + (ofSequence ? 0 : throughRatio);
                throughMean += ofSequence ? throughRatio : 0;
                counts.addKept(term, ofSequence ? ratios.logRatios()[token] : clamped(logRatio), masked);
                firstClipped |= token == 0 && term.clipped();
                if (settings.kl().present()) {
                    addKl(answer, token, ratios.logRatios()[token], weight);
                }
            }
            spreadOverTokens(answer, ratios, throughMean);
            counts.addAnswer(ratios.keptTokens(), firstClipped);
        }

        private Surrogate.TokenTerm term(int answer, int token, double logRatio, int keptTokens) {
            return surrogate.of(new Surrogate.TokenInputs(
                    clamped(logRatio),
                    inputs.current()[answer][token],
                    inputs.proximal()[answer][token],
                    inputs.advantages()[answer][token],
                    keptTokens));
        }

        /** Returns whether a mask removes the policy loss of a kept token. */
        private boolean isMasked(int answer, int token, boolean offPolicy) {
            return inputs.entropies()[answer][token] < entropyThreshold
                    || negatives[answer][token]
                    || (offPolicy && inputs.advantages()[answer][token] < 0);
        }

        /** Adds the gradient that reaches each token's log-probability through the answer's mean log ratio. */
        private void spreadOverTokens(int answer, AnswerRatios ratios, double throughMean) {
            for (int token = 0; token < kept[answer].length && throughMean != 0; token++) {
                boolean moves = kept[answer][token] && ratios.movesMean(token);
                gradient[answer][token] += moves ? throughMean / ratios.keptTokens() : 0;
            }
        }

        /** Adds the KL penalty of a token to the value, and its gradient. */
        private void addKl(int answer, int token, double logRatio, double weight) {
            KlTerm.Penalty penalty = settings.kl()
                    .at(inputs.current()[answer][token], inputs.reference()[answer][token], logRatio, clamp);
            double factor = weight * settings.kl().coefficient();
            value += factor * penalty.value();
            gradient[answer][token] += factor * penalty.slope();
            counts.addKl(penalty.value());
        }

        /** Adds the entropy bonus to the value and returns its gradient, double[N][C]. */
        private double[][] entropyBonus() {
            if (!settings.entropy().present()) {
                return new double[0][];
            }
            double[][] gradientOfEntropies = new double[gradient.length][];
            for (int answer = 0; answer < gradient.length; answer++) {
                double[] entropies = inputs.entropies()[answer];
                gradientOfEntropies[answer] = new double[entropies.length];
                double weight =
                        settings.entropy().sameAsLoss() ? weight(answer) : bonusTokens == 0 ? 0 : 1 / bonusTokens;
                for (int token = 0; token < entropies.length; token++) {
                    boolean counted = kept[answer][token]
                            && (settings.entropy().sameAsLoss() || entropies[token] >= entropyThreshold);
                    double slope = counted ? -settings.entropy().coefficient() * weight : 0;
                    gradientOfEntropies[answer][token] = slope;
                    value += slope * entropies[token];
                }
            }
            return gradientOfEntropies;
        }

        /** Returns the factor of the losses of an answer's tokens. */
        private double weight(int answer) {
            boolean leave = settings.filter().leavesDenominator();
            double length = leave ? count(kept[answer]) : kept[answer].length;
            return settings.reduction().weight(length, tokens, answers);
        }

        /**
         * Returns whether mean(log μ − log π) over an answer's kept tokens is above the bound of the off-policy
         * sequence mask.
         */
        private boolean isOffPolicy(int answer) {
            double bound = settings.filter().offPolicySequenceMask();
            if (bound == 0) {
                return false;
            }
            double sum = 0;
            for (int token = 0; token < kept[answer].length; token++) {
                double logRatio = inputs.behaviour()[answer][token] - inputs.current()[answer][token];
                sum += kept[answer][token] && !Double.isNaN(logRatio) ? logRatio : 0;
            }
            return sum / Math.max(1, count(kept[answer])) > bound;
        }

        private double behaviourRatio(int answer, int token) {
            double logRatio = inputs.current()[answer][token] - inputs.behaviour()[answer][token];
            double bounded = Math.max(-LossSettings.LOG_RATIO_CLAMP, Math.min(LossSettings.LOG_RATIO_CLAMP, logRatio));
            return Double.isNaN(logRatio) ? 1 : Math.exp(bounded);
        }

        private double clamped(double logRatio) {
            return Math.max(-clamp, Math.min(clamp, logRatio));
        }

        private double meanEntropy() {
            return Arrays.stream(inputs.entropies())
                    .flatMapToDouble(Arrays::stream)
                    .average()
                    .orElse(0);
        }

        private long tokensAboveThreshold() {
            long above = 0;
            for (int answer = 0; answer < kept.length; answer++) {
                for (int token = 0; token < kept[answer].length; token++) {
                    above += kept[answer][token] && inputs.entropies()[answer][token] >= entropyThreshold ? 1 : 0;
                }
            }
            return above;
        }

        private long rejectedTokens() {
            return Arrays.stream(kept)
                    .mapToLong(answer -> answer.length - count(answer))
                    .sum();
        }
    }

    private static int count(boolean[] values) {
        int count = 0;
        for (boolean value : values) {
            count += value ? 1 : 0;
        }
        return count;
    }
}
