package dev.longstream.benchmarks.simulation;

import dev.longstream.config.Problems;
import dev.longstream.producers.rollouts.RolloutConfig;

/**
 * Run to simulate, and the devices that it has.
 *
 * @param tail lengths of answers
 * @param promptTokens P, tokens of a prompt
 * @param batchSize B, groups of a gradient step
 * @param groupSize G, answers of a group
 * @param steps gradient steps
 * @param uniformShare fraction of groups whose rewards are all equal; they are rejected and replaced
 * @param devices number of workers and trainers
 * @param rollouts limits of a worker, as in a run's configuration
 * @param seed seed of lengths and rewards
 */
public record SimulatedLoad(
        AnswerTail tail,
        int promptTokens,
        int batchSize,
        int groupSize,
        int steps,
        double uniformShare,
        Devices devices,
        RolloutConfig rollouts,
        long seed) {
    /**
     * Devices of a run. Where sampling and training take turns, all of them do both.
     *
     * @param workers devices that sample
     * @param trainers devices that train together, with a speed proportional to their number
     */
    public record Devices(int workers, int trainers) {
        int all() {
            return workers + trainers;
        }
    }

    public SimulatedLoad {
        new Problems("bench schedule")
                .require(promptTokens >= 1, "--prompt is %d tokens, must be at least 1", promptTokens)
                .require(batchSize >= 1, "--batch is %d groups, must be at least 1", batchSize)
                .require(groupSize >= 2, "--answers is %d, must be at least 2", groupSize)
                .require(steps >= 1, "--steps is %d, must be at least 1", steps)
                .require(
                        uniformShare >= 0 && uniformShare < 1,
                        "--uniform is %s, must be at least 0 and below 1",
                        uniformShare)
                .require(devices.workers() >= 1, "--workers is %d, must be at least 1", devices.workers())
                .require(devices.trainers() >= 1, "--trainers is %d, must be at least 1", devices.trainers())
                .require(
                        rollouts.rows() >= groupSize,
                        "--rows is %d, must be at least the number of answers, %d",
                        rollouts.rows(),
                        groupSize)
                .throwIfAny();
    }
}
