package dev.longstream.policy.sampling;

import java.util.Locale;

/**
 * How tokens are drawn: logits are divided by the temperature, all but the {@code topK} likeliest tokens are cut, then all but the smallest set
 * of likeliest tokens that reaches {@code topP} of what is left; what remains is normalised and drawn from. Tokens as likely as the last one
 * that is kept are kept as well.
 *
 * @param temperature 0 takes the likeliest token always
 * @param topP        more than 0, at most 1; 1 cuts nothing
 * @param topK        0 cuts nothing
 * @param maxTokens   of an answer, its stop token included; an answer that reaches it is truncated
 */
public record SamplingParameters(double temperature, double topP, int topK, int maxTokens) {
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
