package dev.longstream.it.torture;

import dev.longstream.log.EventLog;
import dev.longstream.log.Topic;
import dev.longstream.log.TopicReader;
import dev.longstream.log.Topics;
import dev.longstream.record.Assignment;
import dev.longstream.record.Batch;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.DeadLetter;
import dev.longstream.record.Evaluation;
import dev.longstream.record.Group;
import dev.longstream.record.GroupMember;
import dev.longstream.record.RecordRef;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.Step;
import dev.longstream.record.Trajectory;
import dev.longstream.record.Weights;
import dev.longstream.runs.audit.Ledger;
import dev.longstream.runs.audit.LogAudit;
import org.apache.avro.specific.SpecificRecord;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Checks what a run promises, from its log alone. */
final class Invariants {
    private final EventLog log;
    private final Topics topics;
    private final List<String> violations = new ArrayList<>();

    /** A record's place in its topic. */
    private record Place(int partition, long offset) {
        static Place of(RecordRef reference) {
            return new Place(reference.getPartition(), reference.getOffset());
        }
    }

    private Invariants(EventLog log) {
        this.log = log;
        this.topics = log.topics();
    }

    /**
     * Returns the broken promises of a run.
     *
     * @param steps number of gradient steps that the run must have made
     * @param badRecords places of foreign records, as {@code topic:partition:offset}; only these may be dead letters
     */
    static List<String> check(EventLog log, int steps, Collection<String> badRecords) {
        Invariants run = new Invariants(log);
        run.ledger();
        List<Step> trained = run.steps(steps);
        run.weights(trained);
        Map<Place, Group> groups = run.groups();
        run.batches(trained, groups);
        run.once();
        run.deadLetters(badRecords);
        return run.violations;
    }

    /** Compares the weights of every version of two runs. */
    static List<String> sameWeights(EventLog run, EventLog replay) {
        List<String> first = digests(run);
        List<String> second = digests(replay);
        return first.equals(second)
                ? List.of()
                : List.of("the replay's weights differ: " + first.size() + " versions of the run, " + second.size()
                        + " of the replay, first difference in version "
                        + LongStream.range(0, Math.min(first.size(), second.size()))
                                .filter(i -> !first.get((int) i).equals(second.get((int) i)))
                                .findFirst()
                                .orElse(Math.min(first.size(), second.size())));
    }

    private static List<String> digests(EventLog log) {
        List<String> digests = new ArrayList<>();
        TopicReader.readAll(
                log,
                log.topics().weights(),
                record -> digests.add(record.value().getDigest()));
        return digests;
    }

    private void ledger() {
        Ledger ledger = LogAudit.of(log);
        require(ledger.closes(), String.join("\n", ledger.lines()));
    }

    private List<Step> steps(int expected) {
        List<Step> steps = read(topics.steps());
        require(
                steps.stream().map(Step::getVersion).toList().equals(range(1, expected)),
                "steps are not the versions 1 to " + expected + " in order: "
                        + steps.stream().map(Step::getVersion).toList());
        require(
                steps.stream().allMatch(step -> step.getBatch() == step.getVersion() - 1),
                "a step did not train the batch of its version");
        return steps;
    }

    private void weights(List<Step> steps) {
        List<Weights> weights = read(topics.weights());
        require(
                weights.stream().map(Weights::getVersion).toList().equals(range(0, steps.size())),
                "weights are not announced once for each of " + steps.size() + " versions: "
                        + weights.stream().map(Weights::getVersion).toList());
        Map<Long, String> digests = new HashMap<>();
        weights.forEach(version -> digests.put(version.getVersion(), version.getDigest()));
        steps.forEach(step -> require(
                step.getWeightsDigest().equals(digests.get(step.getVersion())),
                "version " + step.getVersion() + " was announced with other weights than its step made"));
    }

    private Map<Place, Group> groups() {
        Map<Place, Group> trainable = new HashMap<>();
        TopicReader.readAll(
                log,
                topics.groups(),
                record -> trainable.put(new Place(record.partition(), record.offset()), record.value()));
        List<Group> all = Stream.concat(trainable.values().stream(), read(topics.rejectedGroups()).stream())
                .toList();
        unique("group", all.stream().map(Group::getGroupId));
        unique(
                "trajectory of a group",
                all.stream()
                        .flatMap(group -> group.getMembers().stream())
                        .map(member -> Place.of(member.getTrajectory())));
        all.forEach(group -> require(
                group.getMembers().stream()
                        .map(GroupMember::getSampleIndex)
                        .toList()
                        .equals(LongStream.range(0, TortureCluster.GROUP_SIZE)
                                .mapToObj(Math::toIntExact)
                                .toList()),
                "group " + group.getGroupId() + " is not whole"));
        return trainable;
    }

    private void batches(List<Step> steps, Map<Place, Group> groups) {
        List<Batch> batches = read(topics.batches());
        require(
                batches.stream().map(Batch::getBatch).toList().equals(range(0, batches.size() - 1)),
                "batches are not numbered once in order");
        List<BatchGroup> batched =
                batches.stream().flatMap(batch -> batch.getGroups().stream()).toList();
        unique("group of a batch", batched.stream().map(group -> Place.of(group.getGroup())));
        List<Long> ordinals = batched.stream().map(BatchGroup::getOrdinal).toList();
        require(ordinals.equals(ordinals.stream().sorted().toList()), "batches are not in the order of admission");
        Map<Place, Integer> lengths = new HashMap<>();
        TopicReader.readAll(
                log,
                topics.trajectories(),
                record -> lengths.put(
                        new Place(record.partition(), record.offset()),
                        record.value().getTokens().size()));
        for (Step step : steps) {
            if (step.getBatch() < batches.size()) {
                trainedWhole(step, batches.get((int) step.getBatch()), groups, lengths);
            }
        }
    }

    private void trainedWhole(Step step, Batch batch, Map<Place, Group> groups, Map<Place, Integer> lengths) {
        List<GroupMember> members = batch.getGroups().stream()
                .map(group -> groups.get(Place.of(group.getGroup())))
                .flatMap(group -> group == null ? Stream.empty() : group.getMembers().stream())
                .filter(member -> member.getReward() != null)
                .toList();
        require(
                step.getGroups() == TortureCluster.BATCH_SIZE && step.getTrajectories() == members.size(),
                "step " + step.getVersion() + " trained " + step.getGroups() + " groups with " + step.getTrajectories()
                        + " answers, its batch has " + batch.getGroups().size() + " with " + members.size());
        long generated = members.stream()
                .mapToLong(member -> lengths.getOrDefault(Place.of(member.getTrajectory()), -1))
                .sum();
        require(
                step.getCompletionTokens() == generated,
                "step " + step.getVersion() + " trained " + step.getCompletionTokens() + " tokens of answers that have "
                        + generated);
        require(step.getStalenessMax() <= 1, "step " + step.getVersion() + " is staler than 1 version");
    }

    private void once() {
        List<Long> ordinals = read(topics.assignments()).stream()
                .map(Assignment::getOrdinal)
                .sorted()
                .toList();
        require(ordinals.equals(range(0, ordinals.size() - 1)), "assignments are not made once in order");
        unique("score", read(topics.scored()).stream().map(score -> score.getGroupId() + "#" + score.getSampleIndex()));
        unique("evaluation", read(topics.evaluations()).stream().map(Evaluation::getLabel));
        Set<String> answered = new HashSet<>();
        for (Trajectory each : read(topics.trajectories())) {
            answered.add(each.getGroupId() + "#" + each.getSampleIndex());
        }
        for (ScoredTrajectory score : read(topics.scored())) {
            require(
                    answered.contains(score.getGroupId() + "#" + score.getSampleIndex()),
                    "an answer was scored that there is not: " + score.getGroupId());
        }
    }

    private void deadLetters(Collection<String> badRecords) {
        for (DeadLetter letter : read(topics.deadLetters())) {
            String place = letter.getTopic() + ":" + letter.getPartition() + ":" + letter.getOffset();
            require(badRecords.contains(place), "a good record is a dead letter: " + place + ", " + letter.getReason());
        }
    }

    private <V extends SpecificRecord> List<V> read(Topic<V> topic) {
        List<V> found = new ArrayList<>();
        TopicReader.readAll(log, topic, record -> found.add(record.value()));
        return found;
    }

    private static List<Long> range(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    private void unique(String what, Stream<?> values) {
        Set<Object> seen = new HashSet<>();
        values.filter(value -> !seen.add(value)).forEach(again -> violations.add(what + " occurs twice: " + again));
    }

    private void require(boolean holds, String violation) {
        if (!holds) {
            violations.add(violation);
        }
    }
}
