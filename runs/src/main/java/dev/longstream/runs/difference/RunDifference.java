package dev.longstream.runs.difference;

import dev.longstream.failure.WrongUseException;
import dev.longstream.log.EventLog;
import dev.longstream.runs.audit.Pruning;
import dev.longstream.runs.log.Promotion;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Differences between two runs on one cluster, usually a run and its replay. Answers and groups are matched by their ids.
 *
 * @param run name of the first run
 * @param other name of the second run
 * @param sameAnswers whether both runs have the answers of one run, as a replay and its source do
 * @param scores differences between rewards; of answers that differ themselves if {@code sameAnswers} is false
 * @param groups groups that are kept in one run and rejected in the other
 * @param advantages differences between advantages within groups that both runs keep
 * @param batches differences between batches
 * @param steps differences between steps
 * @param notes what was removed from either log and is therefore not compared, and the promotions of shadows
 */
public record RunDifference(
        String run,
        String other,
        boolean sameAnswers,
        ScoreDifference scores,
        GroupDifference groups,
        AdvantageDifference advantages,
        BatchDifference batches,
        StepDifference steps,
        List<String> notes) {

    /**
     * Compares two runs.
     *
     * @throws WrongUseException if both are the same run
     * @throws dev.longstream.log.LogException if the broker has no such run
     */
    public static RunDifference of(EventLog run, EventLog other) {
        if (run.topics().run().equals(other.topics().run())) {
            throw new WrongUseException(
                    "Run " + run.topics().run() + " cannot be compared with itself; name another run");
        }
        GroupPairs groups = GroupPairs.read(run, other);
        return new RunDifference(
                run.topics().run(),
                other.topics().run(),
                Samplers.of(run).equals(Samplers.of(other)),
                ScoreDifference.of(run, other),
                groups.groups(),
                groups.advantages(),
                BatchDifference.of(run, other),
                StepDifference.of(run, other),
                Stream.of(run, other).flatMap(RunDifference::notes).toList());
    }

    private static Stream<String> notes(EventLog log) {
        return Stream.concat(
                removed(log),
                Promotion.of(log).stream()
                        .map(promotion -> "Run " + log.topics().run() + ": " + promotion.words()));
    }

    private static Stream<String> removed(EventLog log) {
        Pruning pruning = Pruning.of(log);
        return pruning.record() == null
                ? Stream.of()
                : Stream.of("The log of run " + log.topics().run() + " was pruned before version " + pruning.version()
                        + ": earlier scores, groups and batches are not compared");
    }

    /** Describes the differences in lines of text. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("Difference between run " + run + " and run " + other
                + (sameAnswers ? ", on the same answers" : ", which sampled their own answers"));
        lines.addAll(scores.lines(run, other));
        lines.addAll(groups.lines(run, other));
        lines.addAll(advantages.lines());
        lines.addAll(batches.lines(run, other));
        lines.addAll(steps.lines(run, other));
        lines.addAll(notes);
        return lines;
    }
}
