package dev.longstream.evaluation;

/**
 * An evaluation of one policy version that a run plans.
 *
 * @param label name of the evaluation, unique in the run
 * @param split questions to answer: {@link HeldOutSet#SPLIT} or {@link HeldOutSet#VALIDATION}
 */
public record WantedEvaluation(String label, String split) {}
