package dev.longstream.streams.curriculum;

import java.util.Comparator;
import java.util.List;

/** Shuffles a phase's prompts anew for every epoch, in which each is attempted once. Pure. */
final class PromptOrder {
    private PromptOrder() {}

    /** Returns a permutation of the ids that depends on (seed, phase, epoch) and the set of ids, not on their order. */
    static List<String> of(long seed, int phase, long epoch, List<String> ids) {
        record NumberedPrompt(long number, String id) {}
        return ids.stream()
                .map(id -> new NumberedPrompt(Seeds.of(seed, "order", phase, epoch, id), id))
                .sorted(Comparator.comparingLong(NumberedPrompt::number).thenComparing(NumberedPrompt::id))
                .map(NumberedPrompt::id)
                .toList();
    }
}
