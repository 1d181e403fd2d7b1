package dev.longstream.evaluation;

/**
 * Estimates pass@k, the probability that at least one of k answers is right, from n answers of which c are right.
 *
 * <pre>pass@k = 1 − C(n−c, k) / C(n, k)</pre>
 *
 * <p>This estimator is unbiased (Chen et al. 2021, "Evaluating Large Language Models Trained on Code", Eq 1). Picking k of the
 * n answers has the same mean and more variance; 1 − (1 − c/n)^k is biased downwards.
 */
public final class PassAtK {
    private PassAtK() {}

    /**
     * Returns pass@k of one question.
     *
     * @param n number of answers
     * @param c number of right answers
     * @param k number of answers of which at least one must be right
     * @throws IllegalArgumentException unless 0 ≤ c ≤ n and 1 ≤ k ≤ n
     */
    public static double of(int n, int c, int k) {
        if (c < 0 || c > n || k < 1 || k > n) {
            throw new IllegalArgumentException(
                    "n = " + n + ", c = " + c + ", k = " + k + ", expected 0 <= c <= n and 1 <= k <= n");
        }
        double allWrong = 1; // C(n−c, k) / C(n, k) as a product, which neither overflows nor divides by 0
        for (int i = n - c + 1; i <= n; i++) {
            allWrong *= 1 - (double) k / i;
        }
        return n - c < k ? 1 : 1 - allWrong;
    }
}
