package dev.longstream.streams.curriculum;

import java.util.Comparator;
import java.util.List;

/** In which order a phase's prompts are attempted: each once an epoch, in an order drawn anew for each. Pure. */
final class PromptOrder {
    private PromptOrder() {}

    /** A permutation of the ids that depends on (seed, phase, epoch) and on the ids, not on the order they come in. */
    static List<String> of(long seed, int phase, long epoch, List<String> ids) {
        record NumberedPrompt(long number, String id) {}
        return ids.stream()
                .map(id -> new NumberedPrompt(Seeds.of(seed, "order", phase, epoch, id), id))
                .sorted(Comparator.comparingLong(NumberedPrompt::number).thenComparing(NumberedPrompt::id))
                .map(NumberedPrompt::id)
                .toList();
    }
}
