package dev.longstream.streams.curriculum;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The order in which a phase attempts its prompts: a function of the seed, the phase's settings and the prompts'
 * difficulties when it began. Fields that change are caches.
 */
final class PhasePlan {
    private static final double[] POOLS = {0, 0.25, 0.5, 0.75};

    private final CurriculumConfig config;
    private final int phase;
    private final Retrospective retrospective;
    private final List<PromptCandidate> earlier;
    private final double earlierWeight;
    private final Map<String, List<String>> pools = new TreeMap<>();
    private final List<String> poolNames;
    private final Map<String, Pass> passes = new HashMap<>();
    private long earlierPass = -1;
    private List<PromptCandidate> earlierOrder = List.of();

    /** One pass through a pool, in a random order. */
    private record Pass(long number, List<String> order) {}

    /**
     * The prompt of one assignment.
     *
     * @param meanReward mean reward of an earlier phase's prompt when this phase began; null: the phase's own prompt
     * @param probability probability that an earlier phase's prompt is drawn first; 0: the phase's own prompt
     */
    record DrawTurn(String promptId, @Nullable Double meanReward, double probability) {}

    /**
     * Creates the plan of one phase.
     *
     * @param own prompts in the phase's range of lengths
     * @param earlier prompts of earlier phases outside that range
     */
    PhasePlan(CurriculumConfig config, int phase, List<PromptCandidate> own, List<PromptCandidate> earlier) {
        Phase settings = config.phases().get(phase);
        this.config = config;
        this.phase = phase;
        this.retrospective = settings.prompts().retrospective();
        this.earlier = earlier.stream().filter(prompt -> weight(prompt) > 0).toList();
        this.earlierWeight = this.earlier.stream().mapToDouble(this::weight).sum();
        own.stream().filter(settings.prompts().filter()::takes).forEach(prompt -> pools.computeIfAbsent(
                        pool(prompt, settings.prompts().sampler()), name -> new ArrayList<>())
                .add(prompt.id()));
        this.poolNames = List.copyOf(pools.keySet());
    }

    /** Number of the phase's own prompts. */
    int own() {
        return pools.values().stream().mapToInt(List::size).sum();
    }

    /** Number of prompts of earlier phases that can be drawn. */
    int earlier() {
        return earlier.size();
    }

    /**
     * Returns the prompt of the phase's assignment number {@code index}. The turns of earlier phases' prompts are
     * fixed; the phase's own prompts take these turns if no earlier prompt can be drawn.
     *
     * @param index 0 for the phase's first assignment; the phase must have at least one prompt of its own
     */
    DrawTurn turn(long index) {
        if (earlier.isEmpty()) {
            return own(index);
        }
        long before = retrospective.among(index);
        return retrospective.among(index + 1) > before ? earlier(before) : own(index - before);
    }

    private DrawTurn own(long index) {
        long round = index / poolNames.size();
        // In each round every pool has one turn, in an order drawn for the round.
        List<String> turns = poolNames.size() == 1 ? poolNames : PromptOrder.of(config.seed(), phase, round, poolNames);
        String name = turns.get((int) (index % poolNames.size()));
        List<String> ids = Objects.requireNonNull(pools.get(name));
        long number = round / ids.size();
        Pass pass = passes.get(name);
        if (pass == null || pass.number() != number) {
            pass = new Pass(number, PromptOrder.of(config.seed(), phase, number, ids));
            passes.put(name, pass);
        }
        return new DrawTurn(pass.order().get((int) (round % ids.size())), null, 0);
    }

    private DrawTurn earlier(long index) {
        long number = index / earlier.size();
        if (number != earlierPass) {
            earlierOrder = WeightedOrder.of(config.seed(), phase, number, earlier, this::weight);
            earlierPass = number;
        }
        PromptCandidate drawn = earlierOrder.get((int) (index % earlier.size()));
        return new DrawTurn(drawn.id(), drawn.meanReward(), weight(drawn) / earlierWeight);
    }

    private double weight(PromptCandidate prompt) {
        return prompt.meanReward() == null ? 0 : retrospective.weight(prompt.meanReward());
    }

    private static String pool(PromptCandidate prompt, PromptSelection sampler) {
        return switch (sampler) {
            case SHUFFLED -> "all";
            case TASK_BALANCED -> prompt.task();
            case PASS_RATE_BALANCED -> passRate(prompt.meanReward());
        };
    }

    private static String passRate(@Nullable Double mean) {
        if (mean == null) {
            return "not known";
        }
        for (double bound : POOLS) {
            if (mean <= bound) {
                return "up to " + bound;
            }
        }
        return mean < 1 ? "below 1" : "1";
    }
}
