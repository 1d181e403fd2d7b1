package dev.longstream.runs.ablation;

import dev.longstream.config.Problems;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;

/**
 * What is compared.
 *
 * @param name of the study: its table's folder, and the beginning of its runs' names
 * @param base configuration that every arm shares, relative to the plan; null: the quickstart
 * @param set what every arm changes, each as {@code --set} takes it
 * @param seeds each arm is run with each
 * @param baseline arm that the others are compared with, seed by seed; null: the first
 * @param arms what is changed
 */
public record AblationPlan(
        String name,
        @Nullable Path base,
        List<String> set,
        List<Long> seeds,
        @Nullable String baseline,
        List<Arm> arms) {
    private static final String NAME = "[a-z0-9][a-z0-9-]{0,31}";

    /**
     * One configuration.
     *
     * @param name of the arm
     * @param set what it changes, each as {@code --set} takes it; wins over what every arm changes
     * @param replays arm whose answers it takes instead of sampling its own; only where reward, advantage or objective
     *     alone differ; null: it samples
     */
    public record Arm(String name, List<String> set, @Nullable String replays) {
        public Arm {
            set = set == null ? List.of() : List.copyOf(set);
            new Problems("arms")
                    .require(
                            name != null && name.matches(NAME),
                            "name is '%s', must be 1 to 32 of a-z, 0-9 and '-', the first no '-'",
                            name)
                    .throwIfAny();
        }
    }

    public AblationPlan {
        set = set == null ? List.of() : List.copyOf(set);
        seeds = seeds == null ? List.of() : List.copyOf(seeds);
        arms = arms == null ? List.of() : List.copyOf(arms);
        Problems problems = new Problems("ablation")
                .require(
                        name != null && name.matches(NAME),
                        "name is '%s', must be 1 to 32 of a-z, 0-9 and '-', the first no '-'",
                        name)
                .require(
                        !seeds.isEmpty() && seeds.stream().distinct().count() == seeds.size(),
                        "seeds is %s, must name at least one, each once",
                        seeds)
                .require(!arms.isEmpty(), "arms is empty, must hold at least one arm");
        List<String> names = arms.stream().map(Arm::name).toList();
        problems.require(
                names.stream().distinct().count() == names.size(), "arms has the names %s, must differ", names);
        problems.require(
                baseline == null || names.contains(baseline),
                "baseline is '%s', must be one of %s",
                String.valueOf(baseline),
                names);
        for (Arm arm : arms) {
            problems.require(
                    samples(arms, arm.replays()),
                    "arms.%s replays '%s', must be another arm that samples",
                    arm.name(),
                    String.valueOf(arm.replays()));
        }
        problems.throwIfAny();
    }

    private static boolean samples(List<Arm> arms, @Nullable String name) {
        return name == null || arms.stream().anyMatch(arm -> arm.name().equals(name) && arm.replays() == null);
    }

    /** Arm that the others are compared with. */
    public String comparedWith() {
        return baseline == null ? arms.get(0).name() : baseline;
    }

    /** Name of an arm's run with a seed. */
    public String run(String arm, long seed) {
        return name + "-" + arm + "-" + seed;
    }
}
