package dev.longstream.streams.curriculum;

import dev.longstream.streams.curriculum.CurriculumProgress.Mode;
import org.apache.kafka.streams.state.KeyValueStore;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Stores {@link CurriculumProgress} as named numbers, such as {@code assigned/0}. */
@SuppressWarnings("EnumOrdinal") // the store has numbers only; new modes are added at the end
final class ProgressStore {
    /** Offset after the newest command that had its effect. */
    private static final String CONTROL_END = "control-end";
    /** Ordinal up to which the log was pruned. */
    private static final String FINISHED = "finished-ordinal";

    private final KeyValueStore<String, Long> numbers;
    private CurriculumProgress current;

    ProgressStore(KeyValueStore<String, Long> numbers, CurriculumConfig config) {
        this.numbers = numbers;
        this.current = load(CurriculumProgress.none(config));
    }

    CurriculumProgress get() {
        return current;
    }

    void put(CurriculumProgress progress) {
        save("mode", progress.mode().ordinal(), current.mode().ordinal());
        save("expected-prompts", progress.expectedPrompts(), current.expectedPrompts());
        save("prompts", progress.prompts(), current.prompts());
        save("version", progress.version(), current.version());
        save("assigned", progress.assigned(), current.assigned());
        save("rejected", progress.rejected(), current.rejected());
        save("end", progress.ends(), current.ends());
        save("generated-tokens", progress.generatedTokens(), current.generatedTokens());
        current = progress;
    }

    /**
     * Records that the command at an offset of {@code control} takes effect. Returns false if it had its effect before: the
     * broker forgets a stage's offsets when it rests for a week, and the stage then reads its inputs from their start.
     */
    boolean obeyOnce(long offset) {
        if (offset < read(CONTROL_END, 0)) {
            return false;
        }
        numbers.put(CONTROL_END, offset + 1);
        return true;
    }

    /** Stores the ordinal up to which every group is trained or rejected. */
    void finish(long ordinal) {
        numbers.put(FINISHED, Math.max(ordinal, finishedOrdinal()));
    }

    /** Returns the ordinal up to which every group is finished and forgotten; −1 without one. */
    long finishedOrdinal() {
        return read(FINISHED, -1);
    }

    private CurriculumProgress load(CurriculumProgress none) {
        return new CurriculumProgress(
                Mode.values()[(int) read("mode", none.mode().ordinal())],
                read("expected-prompts", none.expectedPrompts()),
                read("prompts", none.prompts()),
                read("version", none.version()),
                read("assigned", none.assigned()),
                read("rejected", none.rejected()),
                read("end", none.ends()),
                read("generated-tokens", none.generatedTokens()));
    }

    private void save(String name, List<Long> values, List<Long> before) {
        for (int phase = 0; phase < values.size(); phase++) {
            save(name + "/" + phase, values.get(phase), before.get(phase));
        }
    }

    private void save(String name, long value, long before) {
        if (value != before) {
            numbers.put(name, value);
        }
    }

    private List<Long> read(String name, List<Long> otherwise) {
        List<Long> values = new ArrayList<>();
        for (int phase = 0; phase < otherwise.size(); phase++) {
            values.add(read(name + "/" + phase, otherwise.get(phase)));
        }
        return values;
    }

    private long read(String name, long otherwise) {
        return Objects.requireNonNullElse(numbers.get(name), otherwise);
    }
}
