package dev.longstream.runs.lineage;

import dev.longstream.failure.WrongUseException;
import dev.longstream.log.EventLog;
import dev.longstream.log.GroupIds;
import dev.longstream.record.Assignment;
import dev.longstream.record.Group;
import dev.longstream.record.RecordRef;
import dev.longstream.record.Trajectory;
import dev.longstream.record.Weights;
import dev.longstream.runs.lineage.PathReading.FollowedGroup;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Traces one run, from its log alone. A fork is traced into the runs that it began in; in a replay, answers and the versions that
 * sampled them are those of the replayed run.
 *
 * <p>What pruning has removed is listed as missing and is no error. Not thread-safe; opening one takes some tens of milliseconds.
 */
public final class Lineage implements AutoCloseable {
    private static final Pattern ANSWER_ID = Pattern.compile("(.+)#(\\d{1,9})");
    private static final Pattern PLACE = Pattern.compile("(\\d{1,9}):(\\d{1,18})");

    private final Ancestry ancestry;
    private final String run;

    /** Opens the log of a run, and those of the runs that it began in. */
    public Lineage(EventLog log) {
        this.run = log.topics().run();
        this.ancestry = new Ancestry(log);
    }

    /**
     * Returns a gradient step with its batch and groups, without the answers' content.
     *
     * @param version policy version that the step made
     * @throws WrongUseException if the run has made no such step
     */
    public TracedStep step(long version) {
        if (version < 1) {
            throw new WrongUseException("No step made version " + version
                    + ": reinforcement learning begins with version 0, and the first step makes version 1");
        }
        StepReading reading = new StepReading(ancestry.making(version));
        return reading.step(version)
                .map(reading::describe)
                .orElseThrow(() -> new WrongUseException(
                        "Run " + run + " has made no step " + version + "; its newest is " + newestStep()));
    }

    private long newestStep() {
        RunGeneration newest = ancestry.newest();
        return new StepReading(newest).newest();
    }

    /**
     * Returns everything that a step was made of: answers with their rewards and verdicts, prompts with their documents, and the
     * versions that sampled.
     *
     * @param step a result of {@link #step} of this object
     */
    public StepLineage whole(TracedStep step) {
        List<String> missing = new ArrayList<>(step.missing());
        List<TracedGroup> groups =
                step.batch() == null ? List.of() : step.batch().groups();
        RunGeneration maker = ancestry.making(step.version());
        List<TracedAnswer> answers = new AnswerReading(maker).ofGroups(groups, missing);
        Collection<TracedPrompt> prompts = new PromptReading(maker)
                .prompts(groups.stream().map(TracedGroup::promptId).distinct().toList())
                .values();
        return new StepLineage(step, answers, List.copyOf(prompts), sampledBy(answers), List.copyOf(missing));
    }

    /** Returns the versions that sampled answers, of whichever run sampled them. */
    private List<TracedVersion> sampledBy(Collection<TracedAnswer> answers) {
        Map<String, TreeSet<Long>> versions = new TreeMap<>();
        answers.forEach(answer -> answer.tokens().spans().forEach(span -> versions.computeIfAbsent(
                        answer.run(), any -> new TreeSet<>())
                .add(span.version())));
        List<TracedVersion> found = new ArrayList<>();
        versions.forEach((sampler, numbers) -> {
            Optional<RunGeneration> announcer = ancestry.named(sampler);
            numbers.forEach(number -> found.add(announcer
                    .map(generation -> new StepReading(generation).version(number))
                    .orElseGet(() -> TracedVersion.unknown(sampler, number))));
        });
        return found;
    }

    /**
     * Returns a group with its answers and prompt, and its way to a step or to its rejection.
     *
     * @param groupId id of the group, {@code promptId@ordinal}
     * @throws WrongUseException if the run has no such group
     */
    public GroupLineage group(String groupId) {
        RunGeneration holder = holder(groupId);
        PathReading paths = new PathReading(holder);
        List<String> missing = new ArrayList<>();
        Optional<FoundRecord<Assignment>> assignment = paths.assignment(groupId);
        FollowedGroup followed = followed(holder, paths, groupId, assignment);
        List<TracedAnswer> answers;
        TracedGroup group = null;
        if (followed.group() != null) {
            group = describe(holder, followed);
            answers = new AnswerReading(holder).ofGroups(List.of(group), missing);
        } else if (followed.path().state() == TracedPath.PathState.REMOVED) {
            missing.add("group " + groupId + ": " + holder.removal());
            answers = List.of();
        } else {
            AnswerReading reading = new AnswerReading(holder);
            answers = reading.describe(reading.trajectories(
                    groupId, assignment.map(FoundRecord::timestamp).orElse(0L)));
        }
        return new GroupLineage(
                followed.path(), group, answers, prompt(holder, groupId), sampledBy(answers), List.copyOf(missing));
    }

    private RunGeneration holder(String groupId) {
        return ancestry.assigning(GroupIds.ordinal(groupId)
                .orElseThrow(() -> new WrongUseException("'" + groupId
                        + "' is no id of a group; expected the id of a prompt, @ and a number, e.g. gen-17@42")));
    }

    private FollowedGroup followed(
            RunGeneration holder, PathReading paths, String groupId, Optional<FoundRecord<Assignment>> assignment) {
        if (assignment.isPresent()) {
            return paths.follow(List.of(assignment.get())).get(0);
        }
        if (GroupIds.ordinal(groupId).orElse(0) <= holder.pruning().ordinal()) {
            return new FollowedGroup(paths.removed(groupId), null, null);
        }
        throw new WrongUseException(
                "Run " + run + " has no group " + groupId + "; 'longstream inspect assignments' lists the newest ones");
    }

    private static TracedGroup describe(RunGeneration holder, FollowedGroup followed) {
        FoundRecord<Group> group = Objects.requireNonNull(followed.group());
        boolean rejected = followed.path().state() == TracedPath.PathState.REJECTED;
        return TracedGroup.of(
                rejected ? holder.topics().rejectedGroups() : holder.topics().groups(),
                holder.topics().trajectories(),
                group,
                followed.entry());
    }

    private static @Nullable TracedPrompt prompt(RunGeneration holder, String groupId) {
        String id = groupId.substring(0, groupId.lastIndexOf('@'));
        return new PromptReading(holder).prompts(List.of(id)).get(id);
    }

    /**
     * Returns an answer token by token, with its way to a step.
     *
     * @param id group id, {@code #} and sample index, e.g. {@code gen-17@42#3}; or partition and offset in
     *     {@code trajectories} of this run, e.g. {@code 1:523}
     * @throws WrongUseException if the run has no such answer
     */
    public AnswerLineage answer(String id) {
        Matcher place = PLACE.matcher(id);
        if (place.matches()) {
            RunGeneration newest = ancestry.newest();
            RecordRef reference = new RecordRef(Integer.parseInt(place.group(1)), Long.parseLong(place.group(2)));
            FoundRecord<Trajectory> found =
                    new AnswerReading(newest).trajectories(List.of(reference)).get(reference);
            if (found == null) {
                throw new WrongUseException("There is no record at " + id + " of "
                        + newest.topics().trajectories().name() + ": " + newest.removal());
            }
            return answer(newest, found, group(found.value().getGroupId()));
        }
        Matcher named = ANSWER_ID.matcher(id);
        if (!named.matches()) {
            throw new WrongUseException("'" + id + "' is no id of an answer; expected the id of its group, # and the"
                    + " number of the sample, e.g. gen-17@42#3, or partition and offset in trajectories, e.g. 1:523");
        }
        GroupLineage group = group(named.group(1));
        RunGeneration holder = holder(named.group(1));
        RecordRef reference = group.answers().stream()
                .filter(answer -> answer.id().equals(id))
                .map(answer -> answer.place().reference())
                .findFirst()
                .orElseThrow(() -> new WrongUseException("Run " + run + " has no answer " + id
                        + (group.missing().isEmpty()
                                ? "; its group has " + group.answers().size() + " answers on the log"
                                : ": " + String.join("; ", group.missing()))));
        FoundRecord<Trajectory> found =
                new AnswerReading(holder).trajectories(List.of(reference)).get(reference);
        return answer(holder, Objects.requireNonNull(found), group);
    }

    private AnswerLineage answer(RunGeneration holder, FoundRecord<Trajectory> found, GroupLineage group) {
        Trajectory trajectory = found.value();
        TracedPlace place = TracedPlace.of(holder.topics().trajectories(), found.place());
        TracedAnswer answer = group.answers().stream()
                .filter(each -> each.place().equals(place))
                .findFirst()
                .orElseGet(
                        () -> new AnswerReading(holder).describe(List.of(found)).get(0));
        List<String> missing = new ArrayList<>();
        TracedGroup.TracedMember member = null;
        if (group.group() != null) {
            member = group.group().members().stream()
                    .filter(each -> each.place().equals(place))
                    .findFirst()
                    .orElse(null);
            if (member == null) {
                missing.add("its group " + trajectory.getGroupId()
                        + " does not contain it: another record of this sample came first");
            }
        }
        return new AnswerLineage(
                answer,
                new AnswerLineage.SampledTokens(
                        trajectory.getTokens(), trajectory.getBehaviourLogProbs(), trajectory.getPolicyLogProbs()),
                member,
                group.path(),
                group.prompt(),
                sampledBy(List.of(answer)),
                List.copyOf(missing));
    }

    /**
     * Returns a prompt with what became of all its assignments, those in the runs that a fork began in included.
     *
     * @throws WrongUseException if the run has no such prompt
     */
    public PromptLineage prompt(String promptId) {
        TracedPrompt prompt =
                new PromptReading(ancestry.newest()).prompts(List.of(promptId)).get(promptId);
        if (prompt == null) {
            throw new WrongUseException("Run " + run + " has no prompt '" + promptId
                    + "'; 'longstream inspect prompts' lists the newest ones");
        }
        List<TracedPath> paths = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (RunGeneration generation : ancestry.oldestFirst()) {
            PathReading reading = new PathReading(generation);
            List<FoundRecord<Assignment>> own = reading.assignments(promptId).stream()
                    .filter(assignment -> ancestry.assigning(assignment.value().getOrdinal())
                            .run()
                            .equals(generation.run()))
                    .toList();
            reading.follow(own).forEach(followed -> paths.add(followed.path()));
            if (generation.pruning().record() != null) {
                missing.add(
                        "assignments up to ordinal " + generation.pruning().ordinal() + ": " + generation.removal());
            }
        }
        if (ancestry.lost() != null) {
            missing.add("assignments of run " + ancestry.lost() + ": its topics are not on this cluster");
        }
        return new PromptLineage(prompt, List.copyOf(paths), List.copyOf(missing));
    }

    /**
     * Returns a policy version with the step that made it, the answers sampled with it and its evaluations.
     *
     * @throws WrongUseException if the run has no such version
     */
    public VersionLineage version(long version) {
        if (version < 0) {
            throw new WrongUseException(
                    "There is no version " + version + ": reinforcement learning begins with version 0");
        }
        RunGeneration announcer = ancestry.announcing(version);
        FoundRecord<Weights> weights = announcer
                .search()
                .numbered(announcer.topics().weights(), Weights::getVersion, version)
                .orElseThrow(() -> new WrongUseException(
                        "Run " + run + " has no version " + version + "; its newest is " + newestStep()));
        List<String> missing = new ArrayList<>();
        List<VersionLineage.SampledPart> answers = new VersionUse(announcer).answers(weights, missing);
        List<VersionLineage.TracedEvaluation> evaluations = new ArrayList<>();
        for (RunGeneration generation : ancestry.oldestFirst()) {
            generation.search().all(generation.topics().evaluations(), any -> true, evaluation -> {
                if (evaluation.value().getVersion() == version && generation.firstVersion() <= version) {
                    evaluations.add(VersionLineage.TracedEvaluation.of(
                            generation.topics().evaluations(), evaluation));
                }
                return true;
            });
        }
        return new VersionLineage(
                TracedVersion.of(announcer.run(), announcer.topics().weights(), weights),
                version == 0 ? null : madeBy(version),
                answers,
                List.copyOf(evaluations),
                List.copyOf(missing));
    }

    private VersionLineage.@Nullable MakingStep madeBy(long version) {
        StepReading reading = new StepReading(ancestry.making(version));
        return reading.step(version).map(reading::making).orElse(null);
    }

    /**
     * Returns a document with the prompts that refer to it.
     *
     * @param digest SHA-256 of title and text, 64 hexadecimal digits
     * @throws WrongUseException if no prompt of the run refers to it and it is not on the log
     */
    public DocumentLineage document(String digest) {
        PromptReading reading = new PromptReading(ancestry.newest());
        TracedDocument document = reading.document(digest);
        List<DocumentLineage.PromptUse> uses = reading.uses(digest);
        if (document.place() == null && uses.isEmpty()) {
            throw new WrongUseException(
                    "Run " + run + " has no document '" + digest
                            + "'; expected the digest of a document, 64 hexadecimal digits, as 'longstream lineage --prompt' prints");
        }
        return new DocumentLineage(document, uses);
    }

    @Override
    public void close() {
        ancestry.close();
    }
}
