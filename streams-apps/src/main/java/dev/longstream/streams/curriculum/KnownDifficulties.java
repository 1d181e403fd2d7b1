package dev.longstream.streams.curriculum;

import dev.longstream.record.Difficulty;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Mean rewards of prompts: the newest from {@code difficulty}, and a copy made when a phase begins. The topic grows
 * during a phase; a phase uses its copy, so that a restart within it changes nothing.
 */
final class KnownDifficulties {
    private static final String NEWEST = "difficulty-offset";

    private final KeyValueStore<String, Double> means;
    private final KeyValueStore<String, Double> frozen;
    private final KeyValueStore<String, Long> numbers;

    /**
     * Creates the view over three stores.
     *
     * @param means mean reward by "label/prompt id"; the label names an offline pass, empty for the run's own rollouts
     * @param frozen mean reward by "phase/prompt id"
     * @param numbers offsets of {@code difficulty}: the newest read, and the newest when a phase began; and the passes that
     *     are asked for or complete
     */
    KnownDifficulties(
            KeyValueStore<String, Double> means,
            KeyValueStore<String, Double> frozen,
            KeyValueStore<String, Long> numbers) {
        this.means = means;
        this.frozen = frozen;
        this.numbers = numbers;
    }

    void note(Difficulty difficulty, long offset) {
        String label = Objects.requireNonNullElse(difficulty.getScoredBy(), "");
        if (difficulty.getPromptId().isEmpty()) {
            numbers.put(complete(label), difficulty.getSamples());
            return;
        }
        means.put(label + "/" + difficulty.getPromptId(), difficulty.getMeanReward());
        numbers.put(NEWEST, offset);
    }

    /**
     * Returns the mean rewards known when the phase began; the first call for a phase makes the copy.
     *
     * @param label the offline pass to use; null: answers of the run's own rollouts
     * @return mean reward by prompt id
     */
    Map<String, Double> at(int phase, @Nullable String label) {
        if (numbers.get(mark(phase)) == null) {
            each(means, Objects.requireNonNullElse(label, ""))
                    .forEach((promptId, mean) -> frozen.put(phase + "/" + promptId, mean));
            numbers.put(mark(phase), Objects.requireNonNullElse(numbers.get(NEWEST), -1L));
        }
        return each(frozen, Integer.toString(phase));
    }

    /** Returns whether an offline pass has measured all its prompts. */
    boolean isComplete(String label) {
        return numbers.get(complete(label)) != null;
    }

    /** Marks a pass as asked for; returns whether it must be, i.e. it is not complete and was not asked for before. */
    boolean markAsked(String label) {
        return !isComplete(label) && numbers.putIfAbsent("difficulty-asked/" + label, 1L) == null;
    }

    /** Returns the ids of the prompts that an offline pass has measured so far. */
    Set<String> measured(String label) {
        return each(means, label).keySet();
    }

    private static String complete(String label) {
        return "difficulty-complete/" + label;
    }

    /** Returns the offset of the newest difficulty read before the phase began; -1 if there was none. */
    long offsetAt(int phase) {
        return Objects.requireNonNullElse(numbers.get(mark(phase)), -1L);
    }

    private static String mark(int phase) {
        return "difficulty-offset/" + phase;
    }

    private static Map<String, Double> each(KeyValueStore<String, Double> store, String prefix) {
        Map<String, Double> found = new HashMap<>();
        // '0' follows '/' in ASCII: the range holds all keys with the prefix.
        try (KeyValueIterator<String, Double> entries = store.range(prefix + "/", prefix + "0")) {
            while (entries.hasNext()) {
                KeyValue<String, Double> entry = entries.next();
                if (entry.key.startsWith(prefix + "/")) {
                    found.put(entry.key.substring(prefix.length() + 1), entry.value);
                }
            }
        }
        return found;
    }
}
