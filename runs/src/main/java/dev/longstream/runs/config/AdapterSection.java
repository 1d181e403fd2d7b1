package dev.longstream.runs.config;

import dev.longstream.config.Problems;
import dev.longstream.policy.folder.AdapterConfig;

import java.util.List;
import java.util.Objects;

/**
 * LoRA adapter that is trained instead of all weights: two small matrices A and B beside each target matrix W, so that
 * y = x Wᵀ + (alpha / rank) (x Aᵀ) Bᵀ.
 *
 * @param rank rows of A and columns of B
 * @param alpha numerator of the scale of an adapter's product
 * @param targets matrices that get an adapter, in every layer; some of q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj,
 *     down_proj
 */
public record AdapterSection(int rank, double alpha, List<String> targets) {
    public static final AdapterSection DEFAULT = new AdapterSection(8, 16, List.of("q_proj", "v_proj"));

    public AdapterSection {
        targets = Objects.requireNonNullElse(targets, List.of());
        Problems problems = new Problems("trainer.adapter");
        try {
            new AdapterConfig(rank, alpha, targets);
        } catch (IllegalArgumentException e) {
            problems.require(false, "%s", String.valueOf(e.getMessage()));
        }
        problems.throwIfAny();
    }

    /** Returns the adapter's shape. */
    public AdapterConfig shape() {
        return new AdapterConfig(rank, alpha, targets);
    }
}
