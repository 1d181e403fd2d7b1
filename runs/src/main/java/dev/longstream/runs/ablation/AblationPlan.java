package dev.longstream.runs.ablation;

import dev.longstream.config.Problems;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;

/**
 * Plan of an ablation, read from a YAML file.
 *
 * @param name name of the study, which names the folder of its table and prefixes the names of its runs
 * @param base path of the configuration that all arms share, relative to the plan; null for the quickstart
 * @param set settings that all arms change, in the form of {@code --set}
 * @param seeds seeds; every arm is trained once with each
 * @param baseline name of the arm that the others are compared with, seed by seed; null for the first arm
 * @param primary the one comparison that the study is made for, in a sentence, written before the runs; printed above the
 *     table; null for none
 * @param arms variants of the configuration
 */
public record AblationPlan(
        String name,
        @Nullable Path base,
        List<String> set,
        List<Long> seeds,
        @Nullable String baseline,
        @Nullable String primary,
        List<Arm> arms) {
    private static final String NAME = "[a-z0-9][a-z0-9-]{0,31}";

    /**
     * One variant of the configuration.
     *
     * @param name name of the arm
     * @param set settings that this arm changes, in the form of {@code --set}; they override those of all arms
     * @param replays name of the arm whose answers this arm replays, possible if only reward, advantage or objective
     *     differ; null if it samples its own
     */
    public record Arm(String name, List<String> set, @Nullable String replays) {
        /** Checks the name. */
        public Arm {
            set = set == null ? List.of() : List.copyOf(set);
            requireName(new Problems("arms"), name).throwIfAny();
        }
    }

    /** Checks the plan and reports all faults in one exception. */
    public AblationPlan {
        set = set == null ? List.of() : List.copyOf(set);
        seeds = seeds == null ? List.of() : List.copyOf(seeds);
        arms = arms == null ? List.of() : List.copyOf(arms);
        Problems problems = requireName(new Problems("ablation"), name)
                .require(
                        !seeds.isEmpty() && seeds.stream().distinct().count() == seeds.size(),
                        "seeds is %s, must contain at least one seed and none twice",
                        seeds)
                .require(!arms.isEmpty(), "arms is empty, must contain at least one arm");
        List<String> names = arms.stream().map(Arm::name).toList();
        problems.require(
                names.stream().distinct().count() == names.size(),
                "arms has the names %s, which must be distinct",
                names);
        problems.require(
                baseline == null || names.contains(baseline),
                "baseline is '%s', must be one of %s",
                String.valueOf(baseline),
                names);
        for (Arm arm : arms) {
            problems.require(
                    samples(arms, arm.replays()),
                    "arms.%s replays '%s', which must be another arm that replays none itself",
                    arm.name(),
                    String.valueOf(arm.replays()));
        }
        problems.throwIfAny();
    }

    private static Problems requireName(Problems problems, String name) {
        return problems.require(
                name != null && name.matches(NAME),
                "name is '%s', must be 1 to 32 characters a-z, 0-9 or '-', and not start with '-'",
                name);
    }

    private static boolean samples(List<Arm> arms, @Nullable String name) {
        return name == null || arms.stream().anyMatch(arm -> arm.name().equals(name) && arm.replays() == null);
    }

    /** Returns the name of the arm that the others are compared with. */
    public String comparedWith() {
        return baseline == null ? arms.get(0).name() : baseline;
    }

    /** Returns the name of the run of an arm with a seed. */
    public String run(String arm, long seed) {
        return name + "-" + arm + "-" + seed;
    }
}
