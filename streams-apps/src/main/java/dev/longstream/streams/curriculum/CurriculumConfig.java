package dev.longstream.streams.curriculum;

import dev.longstream.config.Problems;

import java.util.List;

/**
 * Phases of training, and how far ahead of the policy answers are sampled.
 *
 * @param phases phases in order
 * @param batchSize B, groups that one gradient step trains on
 * @param groupSize G, answers to a prompt
 * @param maxStaleness η, gradient steps between the weights that sampled a token and the weights that train on it; 0 is
 *     strictly on-policy
 * @param inputLength which tokens of a prompt count for a phase's range of lengths
 * @param steeringSplit set of questions whose reward ends a phase; other evaluations end none
 * @param budget limits of the whole run
 * @param seed seed of the order of prompts and of all sampling
 */
public record CurriculumConfig(
        List<Phase> phases,
        int batchSize,
        int groupSize,
        int maxStaleness,
        InputLength inputLength,
        String steeringSplit,
        Budget budget,
        long seed) {
    /** Lengths, batch and group of QwenLong-L1, §3.2, which does not state the number of steps. */
    public static final CurriculumConfig DEFAULT = new CurriculumConfig(
            List.of(
                    new Phase("20k", 0, 20_000, 100, 0.7f, 0.95f, 0, 10_000),
                    new Phase("60k", 20_000, 60_000, 100, 0.7f, 0.95f, 0, 10_000)),
            128,
            8,
            4,
            InputLength.TEMPLATED,
            "held-out",
            1);

    public CurriculumConfig {
        phases = List.copyOf(phases);
        new Problems("curriculum")
                .require(!phases.isEmpty(), "phases is empty, must have at least one phase")
                .require(
                        phases.stream().map(Phase::name).distinct().count() == phases.size(),
                        "phases have the names %s, must be distinct",
                        phases.stream().map(Phase::name).toList())
                .require(
                        phases.isEmpty()
                                || phases.get(0).prompts().retrospective().share() == 0,
                        "phases[0].retrospective.share is %s, must be 0: there is no earlier phase",
                        phases.isEmpty()
                                ? ""
                                : phases.get(0).prompts().retrospective().share())
                .require(batchSize >= 1, "batch-size is %d groups, must be at least 1", batchSize)
                .require(
                        groupSize >= 2,
                        "group-size is %d, must be at least 2: a group of one has no advantage",
                        groupSize)
                .require(maxStaleness >= 0, "max-staleness is %d gradient steps, must not be negative", maxStaleness)
                .throwIfAny();
    }

    /** Creates a configuration without limits of the whole run. */
    public CurriculumConfig(
            List<Phase> phases,
            int batchSize,
            int groupSize,
            int maxStaleness,
            InputLength inputLength,
            String steeringSplit,
            long seed) {
        this(phases, batchSize, groupSize, maxStaleness, inputLength, steeringSplit, Budget.NONE, seed);
    }

    /** Gradient steps from the start of the run to the end of a phase. */
    public long stepsThrough(int phase) {
        return phases.subList(0, phase + 1).stream().mapToLong(Phase::steps).sum();
    }

    /** Gradient steps of the whole run. */
    public long totalSteps() {
        return stepsThrough(phases.size() - 1);
    }
}
