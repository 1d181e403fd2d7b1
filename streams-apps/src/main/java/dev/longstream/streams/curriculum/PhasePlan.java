package dev.longstream.streams.curriculum;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Which prompt a phase attempts first, second, third, …: a function of the seed, the phase's settings and what was known
 * of its prompts when it began. What it remembers only saves work.
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

    /** One pass through a pool. */
    private record Pass(long number, List<String> order) {}

    /**
     * A turn's prompt.
     *
     * @param meanReward of an earlier phase's prompt as it was known; null: it is the phase's own
     * @param probability of an earlier phase's prompt to be the first of its pool; 0: it is the phase's own
     */
    record DrawTurn(String promptId, @Nullable Double meanReward, double probability) {}

    /**
     * @param own prompts of the phase's lengths
     * @param earlier prompts of earlier phases that are not of this one's lengths
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

    /** Prompts of the phase's own. */
    int own() {
        return pools.values().stream().mapToInt(List::size).sum();
    }

    /** Prompts of earlier phases that may be drawn. */
    int earlier() {
        return earlier.size();
    }

    /**
     * Within a phase the turns of earlier prompts are the same whatever happens in it; where there is no earlier prompt to
     * draw, its own take their place.
     *
     * @param index 0 for the phase's first assignment; at least one prompt of its own is there
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
