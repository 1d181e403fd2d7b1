package dev.longstream.streams.curriculum;

import dev.longstream.record.Control;
import dev.longstream.record.ForkPoint;
import dev.longstream.record.PromotedReward;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The promoted reward of each phase. A promotion holds for its phase and for later phases, until the next one; of two for one
 * phase the later command holds. They are stored among the numbers of the progress, as {@code reward/PHASE/SHADOW/DIGEST} with
 * the offset of the command.
 */
final class PhaseRewards {
    private static final String PREFIX = "reward/";

    private final KeyValueStore<String, Long> numbers;
    private final CurriculumConfig config;
    private final Map<Integer, @Nullable PromotedReward> written;
    private final TreeMap<Integer, PromotedReward> promoted = new TreeMap<>();
    private final TreeMap<Integer, Long> commands = new TreeMap<>();

    /**
     * Loads the promotions.
     *
     * @param written rewards of assignments that are on the log and not in the store, by phase
     */
    PhaseRewards(
            KeyValueStore<String, Long> numbers,
            CurriculumConfig config,
            Map<Integer, @Nullable PromotedReward> written) {
        this.numbers = numbers;
        this.config = config;
        this.written = written;
        try (KeyValueIterator<String, Long> all = numbers.prefixScan(PREFIX, new StringSerializer())) {
            while (all.hasNext()) {
                KeyValue<String, Long> entry = all.next();
                String[] parts = entry.key.split("/", -1);
                note(Integer.parseInt(parts[1]), new PromotedReward(parts[2], parts[3]), entry.value);
            }
        }
    }

    /** Returns the promoted reward that scores the groups of a phase; null: the reward of the run. */
    @Nullable
    PromotedReward of(int phase) {
        Map.Entry<Integer, PromotedReward> newest = promoted.floorEntry(phase);
        return newest == null ? null : newest.getValue();
    }

    /**
     * Obeys a PROMOTE.
     *
     * @param offset offset of the command on {@code control}
     * @return why the command has no effect; null if it has one
     */
    @Nullable
    String promote(Control command, long offset, CurriculumProgress progress) {
        PromotedReward reward = command.getPromoted();
        if (reward == null || command.getPhase() == null) {
            return "promoted is " + reward + " and phase is " + command.getPhase()
                    + ", expected a shadow and the name of a phase";
        }
        List<String> names = config.phases().stream().map(Phase::name).toList();
        int phase = names.indexOf(command.getPhase());
        if (phase < 1) {
            return "phase is " + command.getPhase() + ", expected a phase that follows another, of " + names;
        }
        boolean hadEffect = written.containsKey(phase) && Objects.equals(written.get(phase), reward);
        for (int later = phase; later < names.size() && !hadEffect; later++) {
            if (progress.assigned().get(later) > 0 || written.containsKey(later)) {
                return "the shadow " + reward.getShadow() + " is not promoted: phase " + names.get(later)
                        + " has begun, expected a command before the first assignment of " + command.getPhase();
            }
        }
        promote(phase, reward, offset);
        return null;
    }

    /** Takes over the rewards of the phases that had begun in the run that this one continues. */
    void begin(ForkPoint fork, long offset) {
        for (int phase = 0; phase < fork.getPromoted().size(); phase++) {
            PromotedReward reward = fork.getPromoted().get(phase);
            if (reward != null) {
                promote(phase, reward, offset);
            }
        }
    }

    private void promote(int phase, PromotedReward reward, long offset) {
        numbers.put(PREFIX + phase + "/" + reward.getShadow() + "/" + reward.getDigest(), offset);
        note(phase, reward, offset);
    }

    private void note(int phase, PromotedReward reward, long offset) {
        if (offset >= Objects.requireNonNullElse(commands.get(phase), 0L)) {
            promoted.put(phase, reward);
            commands.put(phase, offset);
        }
    }
}
