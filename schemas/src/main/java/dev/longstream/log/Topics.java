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
import dev.longstream.record.HeldOutAnswer;
import dev.longstream.record.JudgeRequest;
import dev.longstream.record.Prompt;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.Step;
import dev.longstream.record.Trajectory;
import dev.longstream.record.Verdict;
import dev.longstream.record.Weights;
import org.apache.avro.specific.SpecificRecord;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The catalogue of a run's topics, in the order of the data flow. No other class spells a topic's name.
 *
 * <p>A topic has one partition if its records need one total order or if a single task reads it: the curriculum reads
 * {@code prompts}, {@code control}, {@code steps} and {@code groups.rejected} as one clock.
 *
 * @param run name of the run, the prefix of every topic
 * @param partitions number of partitions of the topics that scale by partitions
 * @param shadow name of a shadow, whose scores, judge requests, verdicts and dead letters are topics of its own; empty: the
 *     run itself
 */
public record Topics(String run, int partitions, String shadow) {
    /** Size in bytes above which a writer stores a record's content elsewhere and writes a reference (claim check). */
    public static final int INLINE_LIMIT_BYTES = 8 << 20;

    /** Beginning of the name of a shadow's role, before the name of the shadow. */
    public static final String SHADOW_ROLE = "shadow ";

    /** Largest record batch of every topic, in bytes, compressed. */
    private static final int MAX_RECORD_BYTES = 16 << 20;

    private static final Pattern RUN_NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");
    private static final Pattern SHADOW_NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");

    /**
     * Checks the run's name and the number of partitions.
     *
     * @throws dev.longstream.config.ConfigurationException with every problem found
     */
    public Topics {
        new Problems("topics")
                .require(
                        RUN_NAME.matcher(run).matches(),
                        "run is '%s', must be 1 to 64 characters a-z, 0-9 or '-' that do not begin with '-': it is"
                                + " the prefix of every topic",
                        run)
                .require(partitions >= 1, "partitions is %d, must be at least 1", partitions)
                .require(
                        shadow.isEmpty() || isShadowName(shadow),
                        "shadow is '%s', must be 1 to 32 characters a-z, 0-9 or '-' that do not begin with '-': it is"
                                + " the end of its topics' names",
                        shadow)
                .throwIfAny();
    }

    /** Creates the topics of a run itself. */
    public Topics(String run, int partitions) {
        this(run, partitions, "");
    }

    /** Returns whether a text can be the name of a shadow. */
    public static boolean isShadowName(String name) {
        return SHADOW_NAME.matcher(name).matches();
    }

    /** Returns the topics as the shadow of this name uses them: it reads those of the run and writes its own. */
    public Topics ofShadow(String name) {
        return new Topics(run, partitions, name);
    }

    /** Returns whether these are the topics of a shadow. */
    public boolean areShadows() {
        return !shadow.isEmpty();
    }

    /** Texts of documents, each once, by digest. */
    public Topic<Document> documents() {
        return new Topic<>(name("documents"), Document.class, "digest", 1, Cleanup.COMPACT, MAX_RECORD_BYTES);
    }

    /** Questions with references to their documents; the first record of a prompt counts, so none is compacted. */
    public Topic<Prompt> prompts() {
        return new Topic<>(name("prompts"), Prompt.class, "prompt id", 1, Cleanup.KEEP, MAX_RECORD_BYTES);
    }

    /** Prompts with answers to imitate, for the phases of supervised fine-tuning. */
    public Topic<Demonstration> demonstrations() {
        return new Topic<>(
                name("demonstrations"), Demonstration.class, "prompt id", 1, Cleanup.COMPACT, MAX_RECORD_BYTES);
    }

    /** Commands to the curriculum, by people or by rules. */
    public Topic<Control> control() {
        return new Topic<>(name("control"), Control.class, "run", 1, Cleanup.KEEP, MAX_RECORD_BYTES);
    }

    /** Work queue of the rollout workers, which read it through a share group. */
    public Topic<Assignment> assignments() {
        return new Topic<>(name("assignments"), Assignment.class, "group id", 1, Cleanup.KEEP, MAX_RECORD_BYTES);
    }

    /** Sampled answers with their tokens and log-probabilities. */
    public Topic<Trajectory> trajectories() {
        return new Topic<>(
                name("trajectories"), Trajectory.class, "group id", partitions, Cleanup.KEEP, MAX_RECORD_BYTES);
    }

    /** Questions to the judge, a work queue of the judge's workers. */
    public Topic<JudgeRequest> judgeRequests() {
        return new Topic<>(own("judge-requests"), JudgeRequest.class, "request key", 1, Cleanup.KEEP, MAX_RECORD_BYTES);
    }

    /** Replies of the judge; the first verdict on a question counts, so none is compacted. */
    public Topic<Verdict> verdicts() {
        return new Topic<>(own("verdicts"), Verdict.class, "request key", partitions, Cleanup.KEEP, MAX_RECORD_BYTES);
    }

    /** Rewards of trajectories, with references to them. */
    public Topic<ScoredTrajectory> scored() {
        return new Topic<>(
                own("scored"), ScoredTrajectory.class, "group id", partitions, Cleanup.KEEP, MAX_RECORD_BYTES);
    }

    /** Difficulty of prompts, estimated from the rewards of their groups. */
    public Topic<Difficulty> difficulty() {
        return new Topic<>(name("difficulty"), Difficulty.class, "prompt id", 1, Cleanup.COMPACT, MAX_RECORD_BYTES);
    }

    /** Complete groups that can be trained on. */
    public Topic<Group> groups() {
        return new Topic<>(name("groups"), Group.class, "group id", partitions, Cleanup.KEEP, MAX_RECORD_BYTES);
    }

    /** Complete groups that cannot be trained on: all rewards are equal, or too few answers have one. */
    public Topic<Group> rejectedGroups() {
        return new Topic<>(name("groups.rejected"), Group.class, "group id", 1, Cleanup.KEEP, MAX_RECORD_BYTES);
    }

    /** Manifests of gradient steps: references to the groups of each batch, in one total order. */
    public Topic<Batch> batches() {
        return new Topic<>(name("batches"), Batch.class, "batch number", 1, Cleanup.KEEP, MAX_RECORD_BYTES);
    }

    /** Metrics of gradient steps. */
    public Topic<Step> steps() {
        return new Topic<>(name("steps"), Step.class, "policy version", 1, Cleanup.KEEP, MAX_RECORD_BYTES);
    }

    /** Announcements of weight files, one for each policy version. */
    public Topic<Weights> weights() {
        return new Topic<>(name("weights"), Weights.class, "policy version", 1, Cleanup.KEEP, MAX_RECORD_BYTES);
    }

    /** Results of evaluations on held-out questions. */
    public Topic<Evaluation> evaluations() {
        return new Topic<>(name("evaluations"), Evaluation.class, "label", 1, Cleanup.KEEP, MAX_RECORD_BYTES);
    }

    /** Answers of evaluations with their rewards, one record a question. */
    public Topic<HeldOutAnswer> heldOutAnswers() {
        return new Topic<>(
                name("held-out-answers"),
                HeldOutAnswer.class,
                "label and prompt id",
                1,
                Cleanup.KEEP,
                MAX_RECORD_BYTES);
    }

    /** Records that a stage could not use, with the reason. */
    public Topic<DeadLetter> deadLetters() {
        return new Topic<>(
                own("dead-letters"), DeadLetter.class, "key of the record", 1, Cleanup.KEEP, MAX_RECORD_BYTES);
    }

    /** Returns all topics, in the order of the data flow; of a shadow only those that it writes. */
    public List<Topic<? extends SpecificRecord>> all() {
        if (areShadows()) {
            return List.of(judgeRequests(), verdicts(), scored(), deadLetters());
        }
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
                heldOutAnswers(),
                deadLetters());
    }

    /** Returns the name of a topic without the run's prefix. */
    public String shortName(Topic<?> topic) {
        return topic.name().substring(run.length() + 1);
    }

    /** Returns the topic of this full name, of the run or of one of its shadows; empty if neither has one. */
    public Optional<Topic<? extends SpecificRecord>> named(String topic) {
        String end = topic.substring(topic.lastIndexOf('.') + 1);
        Stream<Topic<? extends SpecificRecord>> shadows =
                isShadowName(end) ? ofShadow(end).all().stream() : Stream.empty();
        return Stream.concat(all().stream(), shadows)
                .filter(known -> known.name().equals(topic))
                .findFirst();
    }

    /** Returns the queues that workers share: assignments and questions to the judge; of a shadow only those of its judge. */
    public List<WorkQueue> queues() {
        return areShadows() ? List.of(judgeQueue(), promotedQueue()) : List.of(assignmentQueue(), judgeQueue());
    }

    /** Returns the queue of assignments, which rollout workers share. */
    public WorkQueue assignmentQueue() {
        return new WorkQueue(assignments(), name("rollouts"));
    }

    /** Returns the queue of questions to the judge, which its workers share. */
    public WorkQueue judgeQueue() {
        return new WorkQueue(judgeRequests(), application("judge"));
    }

    /** Returns the queue in which the judge of this shadow reads the questions of the run, once the shadow is promoted. */
    public WorkQueue promotedQueue() {
        return new WorkQueue(ofShadow("").judgeRequests(), application("promoted-judge"));
    }

    /**
     * Returns the consumer group of a stage or of the judge's workers, which is also the id of a stage's Streams application. The
     * name of a shadow stands within it, so that no group's name begins like that of another shadow.
     */
    public String application(String stage) {
        return name(areShadows() ? "shadow." + shadow + "." + stage : stage);
    }

    private String own(String topic) {
        return name(areShadows() ? topic + "." + shadow : topic);
    }

    /** Prefixes {@code suffix} with the run's name: names of consumer groups, application ids and the like. */
    public String name(String suffix) {
        return run + "." + suffix;
    }
}
