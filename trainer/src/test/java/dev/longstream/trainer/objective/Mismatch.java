package dev.longstream.trainer.objective;

import java.util.Map;

/** Computes verl's measures of the difference between two policies, for comparison with its own figures. */
final class Mismatch {
    private Mismatch() {}

    /** Measure of one token under two policies. */
    interface OfToken {
        double of(double logP, double logQ);
    }

    static Map<String, Double> of(double[][] behaviour, double[][] proximal) {
        double chiSquareSequence = 0;
        double behaviourPerplexity = 0;
        double proximalPerplexity = 0;
        for (int answer = 0; answer < behaviour.length; answer++) {
            double logRatio = 0;
            double sampled = 0;
            double trained = 0;
            for (int token = 0; token < behaviour[answer].length; token++) {
                logRatio += proximal[answer][token] - behaviour[answer][token];
                sampled += behaviour[answer][token] / behaviour[answer].length;
                trained += proximal[answer][token] / behaviour[answer].length;
            }
            chiSquareSequence += Math.exp(2 * logRatio) / behaviour.length;
            behaviourPerplexity += Math.exp(-sampled) / behaviour.length;
            proximalPerplexity += Math.exp(-trained) / behaviour.length;
        }
        return Map.of(
                "kl",
                mean(behaviour, proximal, KlEstimate.K1::of),
                "k3Kl",
                mean(behaviour, proximal, KlEstimate.K3::of),
                "chiSquareToken",
                mean(behaviour, proximal, (p, q) -> Math.exp(2 * (q - p))) - 1,
                "chiSquareSequence",
                chiSquareSequence - 1,
                "behaviourPerplexity",
                behaviourPerplexity,
                "proximalPerplexity",
                proximalPerplexity);
    }

    static double mean(double[][] logP, double[][] logQ, OfToken measure) {
        double sum = 0;
        long tokens = 0;
        for (int answer = 0; answer < logP.length; answer++) {
            for (int token = 0; token < logP[answer].length; token++) {
                sum += measure.of(logP[answer][token], logQ[answer][token]);
                tokens++;
            }
        }
        return sum / tokens;
    }
}
