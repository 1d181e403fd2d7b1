package dev.longstream.streams.curriculum;

import dev.longstream.record.Difficulty;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Mean rewards as {@code difficulty} tells them, and as they were when a phase began. That topic goes on while a phase
 * lasts; a phase goes by what it found at its beginning, kept apart, so that a restart in its middle changes nothing.
 */
final class KnownDifficulties {
    private static final String NEWEST = "difficulty-offset";

    private final KeyValueStore<String, Double> means;
    private final KeyValueStore<String, Double> frozen;
    private final KeyValueStore<String, Long> numbers;

    /**
     * @param means "label/prompt id" to mean reward; the label of an offline pass, empty for the run's own rollouts
     * @param frozen "phase/prompt id" to mean reward
     * @param numbers offsets of {@code difficulty}: the newest read, and the newest when a phase began
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
        means.put(label + "/" + difficulty.getPromptId(), difficulty.getMeanReward());
        numbers.put(NEWEST, offset);
    }

    /**
     * What was known when the phase began; the first call is its beginning.
     *
     * @param label of the offline pass to go by; null: answers of the run's own rollouts
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

    /** Offset of the newest difficulty that was read when the phase began; -1: none. */
    long offsetAt(int phase) {
        return Objects.requireNonNullElse(numbers.get(mark(phase)), -1L);
    }

    private static String mark(int phase) {
        return "difficulty-offset/" + phase;
    }

    private static Map<String, Double> each(KeyValueStore<String, Double> store, String prefix) {
        Map<String, Double> found = new HashMap<>();
        // '0' follows '/': what lies between are the keys with the prefix.
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
