package dev.longstream.benchmarks;

import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.roofline.Roofline;

import java.util.List;

/**
 * Results of a benchmark on one shape.
 *
 * @param what step, sample or prefill
 * @param shape size of the work
 * @param machine speed of the machine, measured just before
 * @param computeType type in which our products are computed; utilisation refers to it
 * @param work minimum of arithmetic and memory traffic
 * @param entries our result first, then the other tools'
 */
public record Figures(
        String what, Shape shape, Roofline machine, ComputeType computeType, Work work, List<Figure> entries) {
    /**
     * Result of one tool.
     *
     * @param name name of the tool
     * @param seconds wall time of each run, in order
     * @param peakMemoryBytes peak resident memory; 0: unknown
     */
    public record Figure(String name, List<Double> seconds, long peakMemoryBytes) {
        public Figure {
            seconds = List.copyOf(seconds);
        }

        /** Median wall time of the runs, in seconds. */
        public double medianSeconds() {
            return median(seconds);
        }
    }

    public Figures {
        entries = List.copyOf(entries);
    }

    /** Returns the median of numbers. */
    public static double median(List<Double> numbers) {
        List<Double> sorted = numbers.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** Returns our result. */
    public Figure ours() {
        return entries.get(0);
    }

    /** Utilisation of the machine: minimum time of the work over the time taken, at most about 1. */
    public double utilisation(Figure entry) {
        return bestSeconds() / entry.medianSeconds();
    }

    /** Minimum time of the work on this machine in seconds, with products in our compute type. */
    public double bestSeconds() {
        Double bf16 = machine.bf16FlopsPerSecond();
        return work.bestSeconds(
                machine, computeType == ComputeType.BFLOAT16 && bf16 != null ? bf16 : machine.f32FlopsPerSecond());
    }

    /** Returns how many times longer a tool takes than ours. */
    public double timesOurs(Figure entry) {
        return entry.medianSeconds() / ours().medianSeconds();
    }
}
