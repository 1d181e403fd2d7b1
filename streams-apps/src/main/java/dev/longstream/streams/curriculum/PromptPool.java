package dev.longstream.streams.curriculum;

import dev.longstream.record.Prompt;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The run's training prompts by phase: those of its topic up to the number that START names. Which ids a phase has is
 * worked out once they are complete, and only remembered, never kept anywhere but in the stores.
 */
final class PromptPool {
    private static final Logger LOG = LoggerFactory.getLogger(PromptPool.class);

    private final CurriculumConfig config;
    private final KeyValueStore<Long, Prompt> prompts;
    private final KeyValueStore<String, Long> numbers;
    private @Nullable List<List<String>> idsByPhase;
    private @Nullable Epoch epoch;

    /** One pass through a phase's prompts. */
    private record Epoch(int phase, long number, List<String> order) {}

    PromptPool(CurriculumConfig config, KeyValueStore<Long, Prompt> prompts, KeyValueStore<String, Long> numbers) {
        this.config = config;
        this.prompts = prompts;
        this.numbers = numbers;
    }

    /** @return whether the prompt is new; the first with an id counts */
    boolean add(Prompt prompt, long number) {
        if (numbers.putIfAbsent(prompt.getQuestion().getPromptId(), number) != null) {
            return false;
        }
        prompts.put(number, prompt);
        return true;
    }

    /**
     * @param index how many assignments the phase has had
     * @param progress with all prompts read
     * @throws IllegalStateException if any phase has no prompt
     */
    Prompt get(int phase, long index, Progress progress) {
        List<String> ids = idsByPhase(progress).get(phase);
        long number = index / ids.size();
        if (epoch == null || epoch.phase() != phase || epoch.number() != number) {
            epoch = new Epoch(phase, number, PromptOrder.of(config.seed(), phase, number, ids));
        }
        String id = epoch.order().get(Math.toIntExact(index % ids.size()));
        return prompts.get(Objects.requireNonNull(numbers.get(id)));
    }

    private List<List<String>> idsByPhase(Progress progress) {
        if (idsByPhase == null) {
            idsByPhase = sorted(progress);
        }
        return idsByPhase;
    }

    private List<List<String>> sorted(Progress progress) {
        List<List<String>> ids = new ArrayList<>();
        config.phases().forEach(phase -> ids.add(new ArrayList<>()));
        long unassigned = 0;
        int shortest = Integer.MAX_VALUE;
        int longest = 0;
        try (KeyValueIterator<Long, Prompt> all = prompts.range(0L, progress.expectedPrompts() - 1)) {
            while (all.hasNext()) {
                KeyValue<Long, Prompt> entry = all.next();
                int tokens = entry.value.getQuestion().getInputTokens();
                shortest = Math.min(shortest, tokens);
                longest = Math.max(longest, tokens);
                boolean taken = false;
                for (int phase = 0; phase < ids.size(); phase++) {
                    if (config.phases().get(phase).takes(tokens)) {
                        ids.get(phase).add(entry.value.getQuestion().getPromptId());
                        taken = true;
                    }
                }
                unassigned += taken ? 0 : 1;
            }
        }
        for (int phase = 0; phase < ids.size(); phase++) {
            Phase settings = config.phases().get(phase);
            if (ids.get(phase).isEmpty()) {
                throw new IllegalStateException("Phase " + settings.name() + " takes prompts longer than "
                        + settings.longerThan() + " and up to " + settings.upTo() + " tokens, but none of the run's "
                        + progress.expectedPrompts() + " training prompts is: they have " + shortest + " to "
                        + longest + " tokens. Change the phase's range or publish prompts for it.");
            }
            LOG.info("Phase {} has {} prompts", settings.name(), ids.get(phase).size());
        }
        LOG.info(
                "{} of {} training prompts fit no phase and are never assigned",
                unassigned,
                progress.expectedPrompts());
        return ids;
    }
}
