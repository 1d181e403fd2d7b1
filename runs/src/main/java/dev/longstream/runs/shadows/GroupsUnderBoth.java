package dev.longstream.runs.shadows;

import dev.longstream.record.Batch;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.Group;
import dev.longstream.record.GroupMember;
import dev.longstream.record.GroupVerdict;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.runs.report.Dynamics;
import dev.longstream.runs.shadows.ShadowComparison.AdvantageChange;
import dev.longstream.runs.shadows.ShadowComparison.AgreementSlice;
import dev.longstream.runs.shadows.ShadowComparison.BatchChange;
import dev.longstream.streams.batching.BatchPlan;
import dev.longstream.streams.batching.BatchingConfig;
import dev.longstream.streams.grouping.CompleteGroup;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The groups of a run under its own reward and under a shadow's, and what follows from either. The shadow's groups, advantages
 * and batches are computed by the functions of the stages. Pure.
 */
final class GroupsUnderBoth {
    private final BatchingConfig config;
    private final SortedMap<Long, Group> ofRun = new TreeMap<>();
    private final SortedMap<Long, Group> ofShadow = new TreeMap<>();
    private final Map<String, Map<Integer, ScoredTrajectory>> open = new HashMap<>();

    /** Creates the comparison of no groups; {@code config} says how the run makes batches and advantages. */
    GroupsUnderBoth(BatchingConfig config) {
        this.config = config;
    }

    /** Adds a group of the run, kept or rejected. */
    void addGroup(Group group) {
        ofRun.put(group.getOrdinal(), group);
    }

    /** Adds a score of the shadow; the first of each answer counts. */
    void addScore(ScoredTrajectory score) {
        if (ofShadow.containsKey(score.getOrdinal())) {
            return;
        }
        Map<Integer, ScoredTrajectory> members = open.computeIfAbsent(score.getGroupId(), id -> new TreeMap<>());
        members.putIfAbsent(
                score.getSampleIndex(),
                ScoredTrajectory.newBuilder(score).setComponents(List.of()).build());
        if (members.size() == score.getGroupSize()) {
            open.remove(score.getGroupId());
            ofShadow.put(
                    score.getOrdinal(),
                    CompleteGroup.of(
                            List.copyOf(members.values()),
                            config.advantages().of(score.getPhaseIndex()),
                            score.getConfigDigest()));
        }
    }

    /** Returns the number of the run's groups that the shadow has not scored completely. */
    long uncompared() {
        return ofRun.keySet().stream()
                .filter(ordinal -> !ofShadow.containsKey(ordinal))
                .count();
    }

    /** Returns the agreement on all groups, then by phase, task and input length. */
    List<AgreementSlice> slices() {
        AgreementSums all = new AgreementSums("all", "");
        Map<Integer, AgreementSums> phases = new TreeMap<>();
        Map<String, AgreementSums> tasks = new TreeMap<>();
        Map<Integer, AgreementSums> inputs = new TreeMap<>();
        for (Group group : ofRun.values()) {
            Group other = ofShadow.get(group.getOrdinal());
            if (other != null) {
                int upTo = Dynamics.upTo(group.getInputTokens());
                List.of(
                                all,
                                phases.computeIfAbsent(
                                        group.getPhaseIndex(), index -> new AgreementSums("phase", group.getPhase())),
                                tasks.computeIfAbsent(
                                        group.getTask(), task -> new AgreementSums("task", group.getTask())),
                                inputs.computeIfAbsent(
                                        upTo,
                                        bound -> new AgreementSums("input", Dynamics.moreThan(upTo) + "–" + upTo)))
                        .forEach(sums -> sums.add(group, other));
            }
        }
        List<AgreementSums> sums = new ArrayList<>(List.of(all));
        sums.addAll(phases.values());
        sums.addAll(tasks.values());
        sums.addAll(inputs.values());
        return sums.stream().map(AgreementSums::slice).toList();
    }

    /** Returns the difference of the advantages within groups, before a scale over the batch. */
    AdvantageChange advantages() {
        long answers = 0;
        double difference = 0;
        long otherSign = 0;
        for (Group group : ofRun.values()) {
            Group other = ofShadow.get(group.getOrdinal());
            if (other == null || !isKept(group) || !isKept(other)) {
                continue;
            }
            for (int i = 0; i < group.getMembers().size(); i++) {
                Double one = group.getMembers().get(i).getAdvantage();
                Double two = other.getMembers().get(i).getAdvantage();
                if (one != null && two != null) {
                    answers++;
                    difference += Math.abs(one - two);
                    otherSign += one * two < 0 ? 1 : 0;
                }
            }
        }
        return new AdvantageChange(answers, answers == 0 ? null : (Double) (difference / answers), otherSign);
    }

    /**
     * Returns the difference of the batches.
     *
     * @param batches the run's batches in order
     * @param from lowest ordinal that the first of them may take
     */
    BatchChange batches(List<Batch> batches, long from) {
        long first = batches.isEmpty() ? 0 : batches.get(0).getBatch();
        Map<Long, Batch> planned = new HashMap<>();
        for (Batch batch : BatchPlan.fill(ofShadow, first, from, config)) {
            planned.put(batch.getBatch(), batch);
        }
        long equal = 0;
        Map<Long, Double> cosines = new LinkedHashMap<>();
        for (Batch batch : batches) {
            Batch other = planned.get(batch.getBatch());
            equal += other != null && groups(batch).equals(groups(other)) ? 1 : 0;
            Double cosine = cosine(batch);
            if (cosine != null) {
                cosines.put(batch.getBatch(), cosine);
            }
        }
        Map.Entry<Long, Double> smallest =
                cosines.entrySet().stream().min(Map.Entry.comparingByValue()).orElse(null);
        return new BatchChange(
                batches.size(),
                planned.size(),
                equal,
                cosines.isEmpty()
                        ? null
                        : (Double) cosines.values().stream()
                                .mapToDouble(Double::doubleValue)
                                .average()
                                .orElseThrow(),
                smallest == null ? null : smallest.getValue(),
                smallest == null ? null : smallest.getKey());
    }

    private static Set<Long> groups(Batch batch) {
        return batch.getGroups().stream().map(BatchGroup::getOrdinal).collect(Collectors.toSet());
    }

    /** Returns the cosine between both rewards' advantages of a batch's answers; null if the shadow has not scored all. */
    private @Nullable Double cosine(Batch batch) {
        List<Group> kept = new ArrayList<>();
        for (BatchGroup group : batch.getGroups()) {
            Group other = ofShadow.get(group.getOrdinal());
            if (other == null || !ofRun.containsKey(group.getOrdinal())) {
                return null;
            }
            if (isKept(other)) {
                kept.add(other);
            }
        }
        Map<Long, BatchGroup> scaled = kept.isEmpty()
                ? Map.of()
                : BatchPlan.of(batch.getBatch(), kept, config).getGroups().stream()
                        .collect(Collectors.toMap(BatchGroup::getOrdinal, group -> group));
        double product = 0;
        double runSquares = 0;
        double shadowSquares = 0;
        for (BatchGroup group : batch.getGroups()) {
            List<Double> one = advantages(Objects.requireNonNull(ofRun.get(group.getOrdinal())), group);
            BatchGroup inShadow = scaled.get(group.getOrdinal());
            List<Double> two = inShadow == null
                    ? List.of()
                    : advantages(Objects.requireNonNull(ofShadow.get(group.getOrdinal())), inShadow);
            for (int i = 0; i < one.size(); i++) {
                double other = two.isEmpty() ? 0 : two.get(i);
                product += one.get(i) * other;
                runSquares += one.get(i) * one.get(i);
                shadowSquares += other * other;
            }
        }
        double lengths = Math.sqrt(runSquares * shadowSquares);
        return lengths == 0 ? 0 : product / lengths;
    }

    /** Returns the advantages that a step would train on, scaled over its batch; 0 for an answer without a reward. */
    private static List<Double> advantages(Group group, BatchGroup inBatch) {
        double shift = Objects.requireNonNullElse(inBatch.getAdvantageShift(), 0.0);
        double divisor = Objects.requireNonNullElse(inBatch.getAdvantageDivisor(), 1.0);
        return group.getMembers().stream()
                .map(GroupMember::getAdvantage)
                .map(advantage -> advantage == null ? 0.0 : (advantage - shift) / divisor)
                .toList();
    }

    private static boolean isKept(Group group) {
        return group.getVerdict() == GroupVerdict.TRAINABLE;
    }
}
