package dev.longstream.policy.sampling;

import java.util.Locale;

/**
 * Parameters of the distribution that tokens are drawn from.
 *
 * <p>Logits are divided by the temperature. Then only the {@code topK} likeliest tokens remain, and of these the
 * smallest set of likeliest tokens whose probability reaches {@code topP}; the rest is normalised. Tokens as likely as
 * the last one that remains remain, too.
 *
 * @param temperature divides the logits; 0 always takes the likeliest token
 * @param topP share of probability that remains, more than 0 and at most 1; 1 removes nothing
 * @param topK number of tokens that remain; 0 removes nothing
 * @param maxTokens maximum tokens of an answer, its stop token included; an answer that reaches it is truncated
 */
public record SamplingParameters(double temperature, double topP, int topK, int maxTokens) {
    /**
     * Checks the parameters.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public SamplingParameters {
        require(
                temperature >= 0 && Double.isFinite(temperature),
                "temperature is %s, must be 0 or positive",
                temperature);
        require(topP > 0 && topP <= 1, "top-p is %s, must be more than 0 and at most 1", topP);
        require(topK >= 0, "top-k is %s, must be 0 (no limit) or positive", topK);
        require(maxTokens >= 1, "max-tokens is %s, must be at least 1", maxTokens);
    }

    private static void require(boolean holds, String otherwise, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, otherwise, value));
        }
    }

    boolean isGreedy() {
        return temperature == 0;
    }

    boolean cuts() {
        return !isGreedy() && (topP < 1 || topK > 0);
    }
}
