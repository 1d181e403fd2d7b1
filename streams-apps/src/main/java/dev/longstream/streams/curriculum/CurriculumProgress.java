package dev.longstream.streams.curriculum;

import dev.longstream.record.ForkPoint;

import java.util.ArrayList;
import java.util.List;

/**
 * Progress of a run, as counted from the log. Immutable.
 *
 * @param mode state that the last command set
 * @param expectedPrompts number of training prompts of the run; 0 before START
 * @param prompts training prompts read
 * @param version newest policy version in {@code steps}
 * @param assigned assignments made, by phase
 * @param rejected groups rejected, by phase
 * @param ends gradient steps from the start of the run to the end of each phase
 * @param generatedTokens answer tokens of the trained and the rejected groups
 */
record CurriculumProgress(
        Mode mode,
        long expectedPrompts,
        long prompts,
        long version,
        List<Long> assigned,
        List<Long> rejected,
        List<Long> ends,
        long generatedTokens) {

    /** State that commands set. */
    enum Mode {
        /** No START has been read. */
        WAITING,
        RUNNING,
        PAUSED,
        /** Stopped for ever. */
        STOPPED
    }

    CurriculumProgress {
        assigned = List.copyOf(assigned);
        rejected = List.copyOf(rejected);
        ends = List.copyOf(ends);
    }

    /** Progress of a run before its first record. */
    static CurriculumProgress none(CurriculumConfig config) {
        List<Long> zeros = config.phases().stream().map(phase -> 0L).toList();
        List<Long> ends = new ArrayList<>();
        for (int phase = 0; phase < config.phases().size(); phase++) {
            ends.add(config.stepsThrough(phase));
        }
        return new CurriculumProgress(Mode.WAITING, 0, 0, 0, zeros, zeros, ends, 0);
    }

    /** Assignments made so far, which is the ordinal of the next one. */
    long totalAssigned() {
        return sum(assigned, assigned.size());
    }

    /** Groups of the phases up to this one that are not rejected so far. */
    long admittedThrough(int phase) {
        return sum(assigned, phase + 1) - sum(rejected, phase + 1);
    }

    long admitted() {
        return admittedThrough(assigned.size() - 1);
    }

    /** Returns whether assignments may be made: the run is running and all its prompts are read. */
    boolean ready() {
        return mode == Mode.RUNNING && prompts >= expectedPrompts;
    }

    CurriculumProgress with(Mode newMode) {
        return new CurriculumProgress(
                newMode, expectedPrompts, prompts, version, assigned, rejected, ends, generatedTokens);
    }

    CurriculumProgress started(long newExpectedPrompts) {
        return new CurriculumProgress(
                Mode.RUNNING, newExpectedPrompts, prompts, version, assigned, rejected, ends, generatedTokens);
    }

    /** Returns the progress of a run that begins at a step of another one. */
    CurriculumProgress at(ForkPoint fork) {
        return new CurriculumProgress(
                mode,
                expectedPrompts,
                prompts,
                fork.getStep(),
                fork.getAssigned(),
                fork.getRejected(),
                fork.getEnds(),
                generatedTokens);
    }

    CurriculumProgress oneMorePrompt() {
        return new CurriculumProgress(
                mode, expectedPrompts, prompts + 1, version, assigned, rejected, ends, generatedTokens);
    }

    CurriculumProgress reached(long newVersion) {
        return new CurriculumProgress(
                mode,
                expectedPrompts,
                prompts,
                Math.max(version, newVersion),
                assigned,
                rejected,
                ends,
                generatedTokens);
    }

    CurriculumProgress oneMoreAssigned(int phase) {
        return new CurriculumProgress(
                mode,
                expectedPrompts,
                prompts,
                version,
                replaced(assigned, phase, assigned.get(phase) + 1),
                rejected,
                ends,
                generatedTokens);
    }

    CurriculumProgress oneMoreRejected(int phase) {
        return new CurriculumProgress(
                mode,
                expectedPrompts,
                prompts,
                version,
                assigned,
                replaced(rejected, phase, rejected.get(phase) + 1),
                ends,
                generatedTokens);
    }

    CurriculumProgress ending(int phase, long steps) {
        return new CurriculumProgress(
                mode,
                expectedPrompts,
                prompts,
                version,
                assigned,
                rejected,
                replaced(ends, phase, steps),
                generatedTokens);
    }

    CurriculumProgress generated(long tokens) {
        return new CurriculumProgress(
                mode, expectedPrompts, prompts, version, assigned, rejected, ends, generatedTokens + tokens);
    }

    private static List<Long> replaced(List<Long> values, int index, long value) {
        List<Long> copy = new ArrayList<>(values);
        copy.set(index, value);
        return copy;
    }

    private static long sum(List<Long> values, int count) {
        return values.subList(0, count).stream().mapToLong(Long::longValue).sum();
    }
}
