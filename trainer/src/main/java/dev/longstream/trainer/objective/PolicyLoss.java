package dev.longstream.trainer.objective;

import java.util.Arrays;

/**
 * The loss that {@link LossSettings} state, for every objective there is:
 *
 * <pre>
 * loss = Σ_t weight_t · ( m_t · w_t · ℓ_t + β · kl_t )  −  η · Σ_t bonus_t · H_t
 * </pre>
 *
 * <p>over the tokens that pass the {@link Rejection}s; ℓ a {@link Surrogate} of the ratio to the {@link Proximal} policy, w the
 * {@link ImportanceCorrection}, m the masks of {@link EntropyTerm} and {@link NegativeMask}, weight the {@link Aggregation}.
 */
final class PolicyLoss implements Objective {
    private final LossSettings settings;
    private final Surrogate surrogate;
    private final double clamp;

    PolicyLoss(LossSettings settings) {
        this.settings = settings;
        this.surrogate = settings.surrogate().of(settings);
        this.clamp = settings.clamp();
    }

    @Override
    public boolean needsWholeBatch() {
        return !settings.rejections().isEmpty() && settings.rejectedTokens() == RejectedTokens.LEAVE_DENOMINATOR
                || settings.correction().batchNormalise()
                || settings.entropy().topShare() < 1
                || settings.negatives().present();
    }

    @Override
    public boolean needsReference() {
        return settings.kl().present();
    }

    @Override
    public Loss evaluate(LossInputs inputs) {
        return new Evaluation(inputs).loss();
    }

    /** One evaluation; (N, C) ragged. */
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
            this.kept = Rejection.kept(settings.rejections(), inputs, clamp);
            this.weights = settings.correction().weights(inputs, clamp);
            this.entropyThreshold = settings.entropy().threshold(inputs.entropies(), kept);
            boolean masks = settings.negatives().masks(inputs.negativesMasked(), meanEntropy());
            counts.negativesMasked(masks);
            this.negatives = settings.negatives().masked(inputs.advantages(), inputs.entropies(), kept, masks);
            boolean leave = settings.rejectedTokens() == RejectedTokens.LEAVE_DENOMINATOR;
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
                answer(answer);
            }
            double[][] ofEntropies = entropyBonus(); // adds to the value
            return new Loss(value, gradient, ofEntropies, counts);
        }

        private void answer(int answer) {
            double[] current = inputs.current()[answer];
            double[] proximal = inputs.proximal()[answer];
            double[] advantages = inputs.advantages()[answer];
            boolean[] keptHere = kept[answer];
            int length = count(keptHere);
            boolean ofSequence = settings.ratio() == RatioLevel.SEQUENCE;
            double meanLogRatio = 0;
            for (int token = 0; token < current.length; token++) {
                if (keptHere[token]) {
                    meanLogRatio += surrogate.bounded(current[token] - proximal[token], advantages[token]) / length;
                }
            }
            double weight = weight(answer);
            boolean offPolicy =
                    settings.offPolicySequenceMask() > 0 && moved(answer) > settings.offPolicySequenceMask();
            double throughMean = 0;
            boolean firstClipped = false;
            for (int token = 0; token < current.length; token++) {
                double logRatio = current[token] - proximal[token];
                counts.addToken(behaviourRatio(answer, token), weights[answer][token]);
                if (!keptHere[token]) {
                    continue;
                }
                double used = ofSequence ? meanLogRatio : logRatio;
                Surrogate.TokenTerm term = surrogate.of(new Surrogate.TokenInputs(
                        clamped(used), current[token], proximal[token], advantages[token], length));
                boolean masked = inputs.entropies()[answer][token] < entropyThreshold
                        || negatives[answer][token]
                        || offPolicy && advantages[token] < 0;
                double factor = masked ? 0 : weight * weights[answer][token];
                double throughRatio = Math.abs(used) > clamp ? 0 : factor * term.throughRatio();
                value += factor == 0 ? 0 : factor * term.value();
                gradient[answer][token] += factor * term.direct() + (ofSequence ? 0 : throughRatio);
                throughMean += ofSequence ? throughRatio : 0;
                counts.addKept(term, ofSequence ? logRatio : clamped(logRatio), masked);
                firstClipped |= token == 0 && term.clipped();
                if (settings.kl().present()) {
                    kl(answer, token, logRatio, weight);
                }
            }
            for (int token = 0; token < current.length && throughMean != 0; token++) {
                boolean moves = keptHere[token]
                        && surrogate.bounded(current[token] - proximal[token], advantages[token])
                                == current[token] - proximal[token];
                gradient[answer][token] += moves ? throughMean / length : 0;
            }
            counts.addAnswer(length, firstClipped);
        }

        private void kl(int answer, int token, double logRatio, double weight) {
            double[] estimate = settings.kl()
                    .at(inputs.current()[answer][token], inputs.reference()[answer][token], logRatio, clamp);
            value += weight * settings.kl().coefficient() * estimate[0];
            gradient[answer][token] += weight * settings.kl().coefficient() * estimate[1];
            counts.addKl(estimate[0]);
        }

        /** Adds the bonus to the value, and gives its gradient. */
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

        /** Factor of the losses of an answer's tokens. */
        private double weight(int answer) {
            boolean leave = settings.rejectedTokens() == RejectedTokens.LEAVE_DENOMINATOR;
            double length = leave ? count(kept[answer]) : kept[answer].length;
            double weight = settings.aggregation().weight(length, tokens, answers);
            return settings.constantLength() > 0 ? weight / settings.constantLength() : weight;
        }

        /** Mean over an answer's tokens of log μ − log π. */
        private double moved(int answer) {
            double sum = 0;
            for (int token = 0; token < kept[answer].length; token++) {
                double moved = inputs.behaviour()[answer][token] - inputs.current()[answer][token];
                sum += kept[answer][token] && !Double.isNaN(moved) ? moved : 0;
            }
            return sum / Math.max(1, count(kept[answer]));
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
