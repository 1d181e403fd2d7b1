package dev.longstream.runs.preparation;

import dev.longstream.failure.WrongUseException;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.training.StepMemory;
import dev.longstream.runs.config.ModelFolder;
import dev.longstream.runs.config.PhaseSection;
import dev.longstream.runs.config.RunConfig;

import java.util.Locale;

/**
 * Memory that the largest micro-batch of a run needs, estimated before the run starts.
 *
 * @param computeType number format of matrix products
 * @param tokens number of tokens in the largest micro-batch
 * @param mebibytes memory of weights, gradients, moments and the micro-batch's activations, in MiB
 * @param budget memory budget in MiB
 * @param layers number of the model's layers
 * @param keptLayers number of layers whose activations stay in memory for the backward pass; the others are recomputed
 */
public record StepPlan(ComputeType computeType, long tokens, long mebibytes, long budget, int layers, int keptLayers) {
    private static final long MEBIBYTE = 1L << 20;

    /** Estimates the memory for the initial policy of a run. */
    public static StepPlan of(RunConfig config) {
        return of(
                config,
                ModelFolder.configuration(config),
                ModelFolder.useComputeType(config),
                config.trainer().memoryMebibytes());
    }

    static StepPlan of(RunConfig config, ModelConfig model, ComputeType computeType, int memoryMebibytes) {
        int longest = config.scheduledPhases().stream()
                .mapToInt(PhaseSection::upTo)
                .max()
                .orElseThrow();
        int answer = config.sampling().maxTokens();
        int atOnce = config.trainer().microBatchTokens();
        long tokens = Math.max(atOnce, (long) Math.min(longest, config.prompts().maxTokens()) + answer);
        long answerTokens = Math.min(Math.max(atOnce, answer), (long) config.batchSize() * config.groupSize() * answer);
        long budget = StepMemory.budgetBytes(memoryMebibytes);
        StepMemory memory = new StepMemory(model, config.trainer().adapterShape(), computeType);
        int kept = memory.keptLayers(tokens, answerTokens, budget);
        long bytes = memory.fixedBytes() + memory.microBatchBytes(tokens, answerTokens, kept);
        return new StepPlan(
                computeType, tokens, (bytes + MEBIBYTE - 1) / MEBIBYTE, budget / MEBIBYTE, model.layers(), kept);
    }

    /**
     * Checks the estimate against the budget.
     *
     * @throws WrongUseException if a step needs more than the budget
     */
    public void check() {
        if (mebibytes > budget) {
            throw new WrongUseException(
                    "A gradient step on a micro-batch of " + tokens + " tokens needs " + mebibytes + " MiB, but"
                            + " trainer.memory-mebibytes allows " + budget + "; set it to " + mebibytes
                            + " if the machine has that much, or lower trainer.micro-batch-tokens or the up-to of the"
                            + " phases");
        }
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "a gradient step reads up to %d tokens per micro-batch and needs about %d of %d MiB, %s; matrix products"
                        + " are in %s",
                tokens,
                mebibytes,
                budget,
                keptLayers == layers
                        ? "recomputing no layer"
                        : "recomputing " + (layers - keptLayers) + " of " + layers + " layers",
                computeType.name().toLowerCase(Locale.ROOT));
    }
}
