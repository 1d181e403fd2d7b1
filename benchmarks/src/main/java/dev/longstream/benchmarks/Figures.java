package dev.longstream.benchmarks;

import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.roofline.Roofline;

import java.util.List;

/**
 * What was measured on one shape.
 *
 * @param what    step, sample or prefill
 * @param machine as measured just before
 * @param computeType what ours are computed in; utilisation is measured against that
 * @param work    what has to be done at least
 * @param entries ours first, then the others'
 */
public record Figures(
        String what, Shape shape, Roofline machine, ComputeType computeType, Work work, List<Figure> entries) {
    /**
     * One contender.
     *
     * @param seconds         of each run, in order
     * @param peakMemoryBytes resident; 0 where it is not known
     */
    public record Figure(String name, List<Double> seconds, long peakMemoryBytes) {
        public Figure {
            seconds = List.copyOf(seconds);
        }

        public double medianSeconds() {
            List<Double> sorted = seconds.stream().sorted().toList();
            int middle = sorted.size() / 2;
            return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        }
    }

    public Figures {
        entries = List.copyOf(entries);
    }

    public Figure ours() {
        return entries.get(0);
    }

    /** Least time of the work on this machine over the time taken; at most about 1. */
    public double utilisation(Figure entry) {
        return bestSeconds() / entry.medianSeconds();
    }

    /** The least time of the work here, with products as ours are. */
    public double bestSeconds() {
        Double bf16 = machine.bf16FlopsPerSecond();
        return work.bestSeconds(
                machine, computeType == ComputeType.BFLOAT16 && bf16 != null ? bf16 : machine.f32FlopsPerSecond());
    }

    /** How many times longer a contender takes than we do. */
    public double timesOurs(Figure entry) {
        return entry.medianSeconds() / ours().medianSeconds();
    }
}
