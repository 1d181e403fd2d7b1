package dev.longstream.trainer.loop;

import dev.longstream.config.Problems;
import dev.longstream.trainer.objective.LossSettings;
import dev.longstream.trainer.optimizer.MomentsAtStart;
import dev.longstream.trainer.optimizer.OptimizerSettings;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How batches become policy versions.
 *
 * @param optimizer AdamW and its learning rate
 * @param loss what is minimised in a phase that {@code phases} does not name
 * @param totalSteps gradient steps of the run, all phases together
 * @param microBatchTokens prompt and answer tokens that go through the model at once; what prompts begin with in common
 *     counts once
 * @param memoryMebibytes for weights, gradients, moments and a micro-batch's activations together; layers that it is not enough
 *     for are computed a second time, which changes no number; 0: half of the device's memory
 * @param klEvery KL to the initial policy is measured at each step whose version is a multiple of it; 0: never
 * @param keepCheckpoints how many of the newest checkpoints are kept whole
 * @param keepVersions policy versions whose weights are kept whatever their age, e.g. the ends of phases; 0 always is
 * @param phases by index of the phase
 */
public record TrainerConfig(
        OptimizerSettings optimizer,
        LossSettings loss,
        int totalSteps,
        int microBatchTokens,
        int memoryMebibytes,
        int klEvery,
        int keepCheckpoints,
        Set<Long> keepVersions,
        List<PhaseTraining> phases) {

    public static final TrainerConfig DEFAULT =
            new TrainerConfig(OptimizerSettings.DEFAULT, LossSettings.DEFAULT, 80, 8192, 0, 1, 3, Set.of(), List.of());

    public TrainerConfig {
        keepVersions = Set.copyOf(keepVersions);
        phases = List.copyOf(phases);
        new Problems("trainer")
                .require(totalSteps >= 1, "total-steps is %d, must be at least 1", totalSteps)
                .require(microBatchTokens >= 1, "micro-batch-tokens is %d, must be at least 1", microBatchTokens)
                .require(
                        memoryMebibytes >= 0,
                        "memory-mebibytes is %d, must not be negative; 0 is half of what there is",
                        memoryMebibytes)
                .require(klEvery >= 0, "kl-every is %d, must not be negative; 0 switches it off", klEvery)
                .require(keepCheckpoints >= 1, "keep-checkpoints is %d, must be at least 1", keepCheckpoints)
                .throwIfAny();
    }

    /** How a phase is trained; a replay may meet phases that its configuration does not have. */
    PhaseTraining phase(int index) {
        return index < phases.size() ? phases.get(index) : new PhaseTraining(loss, MomentsAtStart.KEEP);
    }

    /** Whether some phase's loss compares with the initial policy. */
    boolean needsReference() {
        return Stream.concat(Stream.of(loss), phases.stream().map(PhaseTraining::loss))
                .anyMatch(each -> each.objective().needsReference());
    }
}
