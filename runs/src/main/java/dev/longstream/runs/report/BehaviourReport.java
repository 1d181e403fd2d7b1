package dev.longstream.runs.report;

import dev.longstream.judging.BehaviourCounts;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * How a run's answers reason, by a judge's count of a sample: QwenLong-L1's Figure 7.
 *
 * @param judge as its counts are known by
 * @param rubricDigest SHA-256 of what it was told
 * @param every of so many gradient steps one was looked at
 * @param sample answers of each such step
 * @param byStep in order of the steps
 * @param byPhase in order of the phases
 */
public record BehaviourReport(
        String judge, String rubricDigest, int every, int sample, List<AtStep> byStep, List<InPhase> byPhase) {

    /** The answers that one gradient step was made of. */
    public record AtStep(long step, String phase, Means answers) {}

    /** The answers of a phase's steps. */
    public record InPhase(String phase, Means answers) {}

    /**
     * Mean counts an answer; null where no answer was counted.
     *
     * @param counted answers
     * @param notCounted answers of which the judge gave no counts; they are in no mean
     */
    public record Means(
            int counted,
            int notCounted,
            @Nullable Double grounding,
            @Nullable Double subgoals,
            @Nullable Double backtracking,
            @Nullable Double verification) {
        static Means of(List<CountedAnswer> answers) {
            List<BehaviourCounts> counts = new ArrayList<>();
            for (CountedAnswer answer : answers) {
                if (answer.counts() != null) {
                    counts.add(answer.counts());
                }
            }
            return new Means(
                    counts.size(),
                    answers.size() - counts.size(),
                    mean(counts, BehaviourCounts::grounding),
                    mean(counts, BehaviourCounts::subgoals),
                    mean(counts, BehaviourCounts::backtracking),
                    mean(counts, BehaviourCounts::verification));
        }

        private static @Nullable Double mean(List<BehaviourCounts> counts, ToIntFunction<BehaviourCounts> of) {
            return counts.isEmpty()
                    ? null
                    : (Double) counts.stream().mapToInt(of).average().orElseThrow();
        }
    }

    /**
     * One answer of the sample.
     *
     * @param counts null: the judge gave none
     */
    public record CountedAnswer(long step, int phaseIndex, String phase, @Nullable BehaviourCounts counts) {}

    /** @param answers in any order */
    public static BehaviourReport of(
            String judge, String rubricDigest, int every, int sample, List<CountedAnswer> answers) {
        Map<Long, List<CountedAnswer>> steps = new TreeMap<>();
        Map<Integer, List<CountedAnswer>> phases = new TreeMap<>();
        for (CountedAnswer answer : answers) {
            steps.computeIfAbsent(answer.step(), step -> new ArrayList<>()).add(answer);
            phases.computeIfAbsent(answer.phaseIndex(), phase -> new ArrayList<>())
                    .add(answer);
        }
        return new BehaviourReport(
                judge,
                rubricDigest,
                every,
                sample,
                steps.values().stream()
                        .map(own -> new AtStep(own.get(0).step(), own.get(0).phase(), Means.of(own)))
                        .toList(),
                phases.values().stream()
                        .map(own -> new InPhase(own.get(0).phase(), Means.of(own)))
                        .toList());
    }

    /** Answers that were counted. */
    public int counted() {
        return byPhase.stream().mapToInt(phase -> phase.answers().counted()).sum();
    }
}
