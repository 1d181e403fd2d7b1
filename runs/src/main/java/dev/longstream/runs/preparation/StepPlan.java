package dev.longstream.runs.preparation;

import dev.longstream.failure.WrongUseException;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.training.StepMemory;
import dev.longstream.runs.config.PhaseSection;
import dev.longstream.runs.config.RunConfig;

import java.util.Locale;

/**
 * What the largest micro-batch of a run takes, before it is begun.
 *
 * @param computeType what its matrix products are computed in here
 * @param tokens that go through the model at once, at most
 * @param mebibytes of weights, gradients, moments and the micro-batch
 * @param budget in mebibytes
 * @param layers of the model
 * @param keptLayers how many of them keep what their backward pass needs
 */
public record StepPlan(ComputeType computeType, long tokens, long mebibytes, long budget, int layers, int keptLayers) {
    private static final long MEBI = 1L << 20;

    /** Of the policy that the run begins with. */
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
        StepMemory memory = new StepMemory(model, computeType);
        int kept = memory.keptLayers(tokens, answerTokens, budget);
        long bytes = memory.fixedBytes() + memory.microBatchBytes(tokens, answerTokens, kept);
        return new StepPlan(computeType, tokens, (bytes + MEBI - 1) / MEBI, budget / MEBI, model.layers(), kept);
    }

    /** @throws WrongUseException if it does not fit */
    public void check() {
        if (mebibytes > budget) {
            throw new WrongUseException(
                    "A gradient step on " + tokens + " tokens at once takes " + mebibytes + " MiB, and"
                            + " trainer.memory-mebibytes allows " + budget + "; set it to " + mebibytes
                            + " if the machine has as much, or lower trainer.micro-batch-tokens, or the up-to of the phases");
        }
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "a gradient step reads up to %d tokens at once and takes about %d MiB of %d, %s; products are in %s",
                tokens,
                mebibytes,
                budget,
                keptLayers == layers
                        ? "computing nothing twice"
                        : "computing " + (layers - keptLayers) + " of " + layers + " layers twice",
                computeType.name().toLowerCase(Locale.ROOT));
    }
}
