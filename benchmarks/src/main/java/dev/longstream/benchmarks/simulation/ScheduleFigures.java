package dev.longstream.benchmarks.simulation;

import java.util.List;

/**
 * Figures of one simulated run.
 *
 * @param policy rule that decided what is trained when
 * @param maxStaleness bound of admission, in gradient steps
 * @param seconds simulated time of the run, from its first assignment to the end of its last gradient step
 * @param groupsPerMinute trained groups a minute
 * @param idle fractions of the devices' time
 * @param groups fates of the sampled groups
 * @param lengths lengths of trained answers
 * @param maxTokenAge gradient steps between the oldest trained token and the weights it trains
 * @param meanTokenAge mean over trained groups of the age of the oldest token, in gradient steps
 */
public record ScheduleFigures(
        SchedulingPolicy policy,
        int maxStaleness,
        double seconds,
        double groupsPerMinute,
        IdleShares idle,
        GroupFates groups,
        TrainedLengths lengths,
        long maxTokenAge,
        double meanTokenAge) {
    /**
     * Fractions of time.
     *
     * @param trainer time in which the trainer has no batch; where devices take turns, time in which they do not train
     * @param workers time of the workers without an answer to decode; where devices take turns, time without any work
     * @param loading time in which workers load weights
     * @param rowsInUse mean number of answers in progress, divided by the workers' maximum
     */
    public record IdleShares(double trainer, double workers, double loading, double rowsInUse) {}

    /**
     * Numbers of groups: sampled = trained + uniform + tooOld, once groups in progress are finished.
     *
     * @param sampled groups whose answers are complete
     * @param trained groups that a gradient step took
     * @param uniform groups rejected for equal rewards
     * @param tooOld groups discarded for their age
     */
    public record GroupFates(long sampled, long trained, long uniform, long tooOld) {}

    /**
     * Mean lengths of answers, in tokens.
     *
     * @param sampledMean mean of all sampled answers
     * @param trainedMeans mean of the answers of each gradient step
     */
    public record TrainedLengths(double sampledMean, List<Double> trainedMeans) {
        public TrainedLengths {
            trainedMeans = List.copyOf(trainedMeans);
        }

        /** Returns the mean length in the first gradient steps, divided by that of all sampled answers. */
        public double ratioOfFirst(int steps) {
            return ratio(trainedMeans.subList(0, Math.min(steps, trainedMeans.size())));
        }

        /** Returns the mean length of all trained answers, divided by that of all sampled ones. */
        public double ratio() {
            return ratio(trainedMeans);
        }

        private double ratio(List<Double> means) {
            return means.stream().mapToDouble(mean -> mean).average().orElseThrow() / sampledMean;
        }
    }
}
