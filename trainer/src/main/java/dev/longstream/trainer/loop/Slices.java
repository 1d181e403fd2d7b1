package dev.longstream.trainer.loop;

import dev.longstream.record.StepSlice;
import dev.longstream.trainer.batch.TrainingAnswer;
import dev.longstream.trainer.batch.TrainingGroup;
import dev.longstream.trainer.objective.KlEstimate;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Adds up measures by phase and by range of input lengths: (0, 1], (1, 2], (2, 4], … prompt tokens. */
final class Slices {
    private final Map<SliceKey, Sums> slices = new TreeMap<>();

    private record SliceKey(int phaseIndex, int upTo) implements Comparable<SliceKey> {
        @Override
        public int compareTo(SliceKey other) {
            return Comparator.comparingInt(SliceKey::phaseIndex)
                    .thenComparingInt(SliceKey::upTo)
                    .compare(this, other);
        }
    }

    private static final class Sums {
        final Set<String> groups = new HashSet<>();
        int trajectories;
        long tokens;
        double reward;
        double entropy;
        double kl;
        long klTokens;
    }

    /** Adds an answer; {@code entropies} is float[C] under the policy before the step. */
    void add(TrainingGroup group, TrainingAnswer answer, float[] entropies) {
        Sums sums = of(group);
        sums.groups.add(group.groupId());
        sums.trajectories++;
        sums.tokens += entropies.length;
        sums.reward += answer.reward();
        for (float entropy : entropies) {
            sums.entropy += entropy;
        }
    }

    /**
     * Adds an answer's KL divergence.
     *
     * @param logProbs float[C] under the policy before the step
     * @param initial float[C] under the initial policy
     */
    void addKl(TrainingGroup group, float[] logProbs, float[] initial) {
        Sums sums = of(group);
        for (int token = 0; token < logProbs.length; token++) {
            sums.kl += KlEstimate.K3.of(logProbs[token], initial[token]);
        }
        sums.klTokens += logProbs.length;
    }

    private Sums of(TrainingGroup group) {
        return slices.computeIfAbsent(new SliceKey(group.phaseIndex(), upTo(group.prompt().length)), key -> new Sums());
    }

    /** Returns the smallest power of two that is at least {@code tokens}. */
    private static int upTo(int tokens) {
        return tokens <= 1 ? 1 : 2 * Integer.highestOneBit(tokens - 1);
    }

    List<StepSlice> list() {
        return slices.entrySet().stream()
                .map(entry -> slice(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static StepSlice slice(SliceKey key, Sums sums) {
        return StepSlice.newBuilder()
                .setPhaseIndex(key.phaseIndex())
                .setMoreThan(key.upTo() == 1 ? 0 : key.upTo() / 2)
                .setUpTo(key.upTo())
                .setGroups(sums.groups.size())
                .setTrajectories(sums.trajectories)
                .setCompletionTokens(sums.tokens)
                .setReward(sums.reward / sums.trajectories)
                .setEntropy(sums.tokens == 0 ? 0 : sums.entropy / sums.tokens)
                .setKlToInitial(sums.klTokens == 0 ? null : (Double) (sums.kl / sums.klTokens))
                .setResponseLength((double) sums.tokens / sums.trajectories)
                .build();
    }
}
