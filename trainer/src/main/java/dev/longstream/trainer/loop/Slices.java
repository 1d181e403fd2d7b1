package dev.longstream.trainer.loop;

import dev.longstream.record.StepSlice;
import dev.longstream.trainer.batch.TrainingAnswer;
import dev.longstream.trainer.batch.TrainingGroup;

import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
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
        final Set<TrainingAnswer> answers = Collections.newSetFromMap(new IdentityHashMap<>());
        long tokens;
        double reward;
        double entropy;
        long entropies;
        double kl;
        double klWeights;
    }

    /** Adds an answer of an update; {@code entropies} is float[C] under the policy before it. */
    void add(TrainingGroup group, TrainingAnswer answer, float[] entropies) {
        Sums sums = of(group);
        sums.groups.add(group.groupId());
        if (sums.answers.add(answer)) { // each epoch has it
            sums.tokens += entropies.length;
            sums.reward += answer.reward();
        }
        sums.entropies += entropies.length;
        for (float entropy : entropies) {
            sums.entropy += entropy;
        }
    }

    /** Adds the weight of a token in the mean of KL, and its weighted estimate. */
    void addKl(TrainingGroup group, double weight, double estimate) {
        Sums sums = of(group);
        sums.kl += estimate;
        sums.klWeights += weight;
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
                .setTrajectories(sums.answers.size())
                .setCompletionTokens(sums.tokens)
                .setReward(sums.reward / sums.answers.size())
                .setEntropy(sums.entropies == 0 ? 0 : sums.entropy / sums.entropies)
                .setKlToInitial(sums.klWeights == 0 ? null : (Double) (sums.kl / sums.klWeights))
                .setResponseLength((double) sums.tokens / sums.answers.size())
                .build();
    }
}
