package dev.longstream.log;

import dev.longstream.config.Problems;
import dev.longstream.log.Topic.Cleanup;
import dev.longstream.record.Assignment;
import dev.longstream.record.Batch;
import dev.longstream.record.Control;
import dev.longstream.record.DeadLetter;
import dev.longstream.record.Demonstration;
import dev.longstream.record.Difficulty;
import dev.longstream.record.Document;
import dev.longstream.record.Evaluation;
import dev.longstream.record.Group;
import dev.longstream.record.JudgeRequest;
import dev.longstream.record.Prompt;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.Step;
import dev.longstream.record.Trajectory;
import dev.longstream.record.Verdict;
import dev.longstream.record.Weights;
import org.apache.avro.specific.SpecificRecord;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The catalogue: every topic of a run, in the order of the data flow. Nothing else in the code spells a topic's name.
 *
 * <p>Topics with one partition are those whose records have one total order, or whose reader is one task:
 * the curriculum reads {@code prompts}, {@code control}, {@code steps} and {@code groups.rejected} as one clock.
 *
 * @param run name of the run; prefix of every topic
 * @param partitions of the topics that scale by partitions
 */
public record Topics(String run, int partitions) {
    /** Records above this are claim-checked by their writer. */
    public static final int INLINE_LIMIT_BYTES = 8 << 20;

    private static final int LARGE = 16 << 20;
    private static final int SMALL = 1 << 20;
    private static final Pattern RUN_NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");

    public Topics {
        new Problems("topics")
                .require(
                        RUN_NAME.matcher(run).matches(),
                        "run is '%s', must be 1 to 64 of a-z, 0-9 and '-', the first no '-': it is the prefix of every topic",
                        run)
                .require(partitions >= 1, "partitions is %d, must be at least 1", partitions)
                .throwIfAny();
    }

    /** Long texts, once each, by digest. */
    public Topic<Document> documents() {
        return new Topic<>(name("documents"), Document.class, "digest", 1, Cleanup.COMPACT, LARGE);
    }

    public Topic<Prompt> prompts() {
        return new Topic<>(name("prompts"), Prompt.class, "prompt id", 1, Cleanup.COMPACT, SMALL);
    }

    public Topic<Demonstration> demonstrations() {
        return new Topic<>(name("demonstrations"), Demonstration.class, "prompt id", 1, Cleanup.COMPACT, LARGE);
    }

    /** Commands of people and rules to the curriculum. */
    public Topic<Control> control() {
        return new Topic<>(name("control"), Control.class, "run", 1, Cleanup.KEEP, SMALL);
    }

    /** The work queue of the rollout workers, read through a share group. */
    public Topic<Assignment> assignments() {
        return new Topic<>(name("assignments"), Assignment.class, "group id", 1, Cleanup.KEEP, SMALL);
    }

    public Topic<Trajectory> trajectories() {
        return new Topic<>(name("trajectories"), Trajectory.class, "group id", partitions, Cleanup.KEEP, LARGE);
    }

    public Topic<JudgeRequest> judgeRequests() {
        return new Topic<>(name("judge-requests"), JudgeRequest.class, "request key", 1, Cleanup.KEEP, SMALL);
    }

    public Topic<Verdict> verdicts() {
        return new Topic<>(name("verdicts"), Verdict.class, "request key", partitions, Cleanup.COMPACT, SMALL);
    }

    public Topic<ScoredTrajectory> scored() {
        return new Topic<>(name("scored"), ScoredTrajectory.class, "group id", partitions, Cleanup.KEEP, SMALL);
    }

    public Topic<Difficulty> difficulty() {
        return new Topic<>(name("difficulty"), Difficulty.class, "prompt id", 1, Cleanup.COMPACT, SMALL);
    }

    /** Complete groups with something to learn from them. */
    public Topic<Group> groups() {
        return new Topic<>(name("groups"), Group.class, "group id", partitions, Cleanup.KEEP, SMALL);
    }

    /** Complete groups without: all rewards equal, or too few of them. */
    public Topic<Group> rejectedGroups() {
        return new Topic<>(name("groups.rejected"), Group.class, "group id", 1, Cleanup.KEEP, SMALL);
    }

    /** One total order of manifests. */
    public Topic<Batch> batches() {
        return new Topic<>(name("batches"), Batch.class, "batch number", 1, Cleanup.KEEP, SMALL);
    }

    public Topic<Step> steps() {
        return new Topic<>(name("steps"), Step.class, "policy version", 1, Cleanup.KEEP, SMALL);
    }

    public Topic<Weights> weights() {
        return new Topic<>(name("weights"), Weights.class, "policy version", 1, Cleanup.KEEP, SMALL);
    }

    public Topic<Evaluation> evaluations() {
        return new Topic<>(name("evaluations"), Evaluation.class, "label", 1, Cleanup.KEEP, SMALL);
    }

    /** What could not be used, with the reason. */
    public Topic<DeadLetter> deadLetters() {
        return new Topic<>(name("dead-letters"), DeadLetter.class, "key of the record", 1, Cleanup.KEEP, LARGE);
    }

    /** All of them, in the order of the data flow. */
    public List<Topic<? extends SpecificRecord>> all() {
        return List.of(
                documents(),
                prompts(),
                demonstrations(),
                control(),
                assignments(),
                trajectories(),
                judgeRequests(),
                verdicts(),
                scored(),
                difficulty(),
                groups(),
                rejectedGroups(),
                batches(),
                steps(),
                weights(),
                evaluations(),
                deadLetters());
    }

    /** Name of something of this run that is no catalogued topic: a consumer group, an application id. */
    public String name(String suffix) {
        return run + "." + suffix;
    }
}
