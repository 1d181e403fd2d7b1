package dev.longstream.runs.report;

import dev.longstream.judging.BehaviourCounts;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * Reasoning behaviours in a sample of a run's answers, as a judge counted them (QwenLong-L1's Figure 7).
 *
 * @param judge name of the judge
 * @param rubricDigest SHA-256 of the judge's rubric
 * @param every interval between sampled gradient steps
 * @param sample number of answers per sampled step
 * @param byStep mean counts per step, in ascending order
 * @param byPhase mean counts per phase, in order
 */
public record BehaviourReport(
        String judge, String rubricDigest, int every, int sample, List<AtStep> byStep, List<InPhase> byPhase) {

    /**
     * Mean counts over the answers that one gradient step trained.
     *
     * @param step number of the gradient step
     * @param phase name of its phase
     * @param answers mean counts
     */
    public record AtStep(long step, String phase, Means answers) {}

    /**
     * Mean counts over the sampled answers of a phase.
     *
     * @param phase name of the phase
     * @param answers mean counts
     */
    public record InPhase(String phase, Means answers) {}

    /**
     * Mean number of each behaviour per answer; null if no answer was counted.
     *
     * @param counted number of counted answers
     * @param notCounted number of answers for which the judge gave no counts; they enter no mean
     * @param grounding references to the documents
     * @param subgoals intermediate goals
     * @param backtracking abandoned attempts
     * @param verification checks of a result
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
     * @param step gradient step that trained it
     * @param phaseIndex index of the phase
     * @param phase name of the phase
     * @param counts counts of the judge; null if it gave none
     */
    public record CountedAnswer(long step, int phaseIndex, String phase, @Nullable BehaviourCounts counts) {}

    /**
     * Averages the counts by step and by phase.
     *
     * @param answers sampled answers in any order
     */
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

    /** Returns the number of counted answers. */
    public int counted() {
        return byPhase.stream().mapToInt(phase -> phase.answers().counted()).sum();
    }
}
