package dev.longstream.trainer.supervised;

import dev.longstream.trainer.objective.Aggregation;

import java.util.List;

/**
 * Cross-entropy of given answers, with a weight w for every token:
 *
 * <pre>
 * token mean      L = − Σ_i Σ_t w_it · log π(t) / Σ_i Σ_t w_it
 * sequence mean   L = − 1/N Σ_i [ Σ_t w_it · log π(t) / Σ_t w_it ]        (Eq. 11 of QwenLong-L1)
 * sequence sum    L = − 1/N Σ_i Σ_t w_it · log π(t)
 * </pre>
 *
 * The denominators count the whole batch; N is its number of answers.
 */
final class SupervisedLoss {
    private final Aggregation aggregation;
    private final double batchWeight;
    private final long batchAnswers;
    private double value;
    private double probability;

    SupervisedLoss(Aggregation aggregation, List<SupervisedRow> batch) {
        this.aggregation = aggregation;
        this.batchWeight = batch.stream()
                .flatMap(row -> row.lossWeights().stream())
                .mapToDouble(SupervisedLoss::sum)
                .sum();
        this.batchAnswers =
                batch.stream().mapToLong(row -> row.answers().size()).sum();
    }

    /**
     * Adds a part of the batch to the loss.
     *
     * @param logProbs [row][answer][token], log π
     * @return d loss / d log π, of the same shape
     */
    float[][][] add(List<SupervisedRow> part, float[][][] logProbs) {
        float[][][] gradient = new float[part.size()][][];
        for (int row = 0; row < gradient.length; row++) {
            List<float[]> weights = part.get(row).lossWeights();
            gradient[row] = new float[weights.size()][];
            for (int answer = 0; answer < weights.size(); answer++) {
                gradient[row][answer] = add(weights.get(answer), logProbs[row][answer]);
            }
        }
        return gradient;
    }

    private float[] add(float[] weights, float[] logProbs) {
        double share = aggregation.weight(sum(weights), batchWeight, (double) batchAnswers);
        float[] gradient = new float[weights.length];
        for (int token = 0; token < weights.length; token++) {
            double slope = -share * weights[token];
            value += slope * logProbs[token];
            probability += weights[token] * Math.exp(logProbs[token]);
            gradient[token] = (float) slope;
        }
        return gradient;
    }

    double value() {
        return value;
    }

    /** Weighted mean over tokens of the probability that π gives to the correct token. */
    double probability() {
        return batchWeight == 0 ? 0 : probability / batchWeight;
    }

    private static double sum(float[] weights) {
        double sum = 0;
        for (float weight : weights) {
            sum += weight;
        }
        return sum;
    }
}
