package dev.longstream.evaluation;

/**
 * The chance that one of k answers is right, estimated without bias from n answers of which c are right:
 *
 * <pre>pass@k = 1 − C(n−c, k) / C(n, k)</pre>
 *
 * (Chen et al. 2021, "Evaluating Large Language Models Trained on Code", Eq 1). Taking k of the n answers and looking would estimate
 * the same with more variance, and 1 − (1 − c/n)^k is too low.
 */
public final class PassAtK {
    private PassAtK() {}

    /**
     * The estimate for one question.
     *
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
